import { FaultsError } from '../faults/faults-error.ts';

/**
 * Ends an executor that threw. What was thrown is for the user: its message alone, with a stack trace only when
 * SLIPWAY_DEBUG is set; with `json` one line `{"success":false,"error":…}`, with `faults` where there are any.
 */
export function explainFailure(error: unknown, { json = false }: { json?: boolean }): { success: false } {
  const { message } = error as Error;
  if (json) {
    const faults = error instanceof FaultsError ? { faults: error.faults } : {};
    console.log(JSON.stringify({ success: false, error: message, ...faults }));
  } else console.error(process.env.SLIPWAY_DEBUG === undefined ? `✗ ${message}` : error);
  return { success: false };
}
