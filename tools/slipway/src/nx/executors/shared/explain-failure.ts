import { inspect } from 'node:util';
import { describeError, explainError } from '@slipway/util/errors';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { printable, printableJson } from '@slipway/util/printable';
import { masked } from '@slipway/util/secret-mask';

/**
 * Ends an executor that threw: a UserError is shown without its stack unless SLIPWAY_DEBUG is set, a bug of ours always
 * with it. With `json` one line `{"success":false,"error":…}`, with `problems` where there are any.
 */
export function explainFailure(error: unknown, { json = false }: { json?: boolean }): { success: false } {
  if (json) {
    const problems = error instanceof ValidationError ? { problems: error.problems } : {};
    console.log(printableJson(masked(JSON.stringify({ success: false, error: describeError(error), ...problems }))));
  } else
    console.error(process.env.SLIPWAY_DEBUG === undefined ? explainError(error) : printable(masked(inspect(error))));
  return { success: false };
}
