import { FaultsError } from '../faults/faults-error.ts';
import { chooseReporter } from '../report/choose-reporter.ts';
import type { Reporter } from '../report/reporter.ts';

/**
 * Runs an executor's work with the reporter that fits. What it throws is for the user: printed as its message alone,
 * with a stack trace only when SLIPWAY_DEBUG is set. With `json` the last line is `{"success":…}` with `error` and
 * `faults` where there are any.
 */
export async function forUser(
  { json = false }: { json?: boolean },
  work: (report: Reporter) => Promise<boolean>,
): Promise<{ success: boolean }> {
  const report = chooseReporter({ json });
  try {
    const success = await work(report);
    report.end();
    if (json) console.log(JSON.stringify({ success }));
    return { success };
  } catch (error) {
    report.end();
    const { message } = error as Error;
    if (json)
      console.log(
        JSON.stringify({
          success: false,
          error: message,
          ...(error instanceof FaultsError ? { faults: error.faults } : {}),
        }),
      );
    else console.error(process.env.SLIPWAY_DEBUG === undefined ? `✗ ${message}` : error);
    return { success: false };
  }
}
