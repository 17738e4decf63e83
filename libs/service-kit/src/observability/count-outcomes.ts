import { codeOf } from './code-of.ts';
import type { Metrics } from './metrics.ts';

type CountOptions<Result, Success extends string> = {
  metrics: Metrics;
  name: string;
  help: string;
  /** The outcomes that are no errors, and which of them a result is. */
  successes: readonly [Success, ...Success[]];
  successOf?: (result: Result) => Success;
  /** Codes of problems that are outcomes of their own; other errors count as `overloaded`, `left` or `failed`. */
  refusals: readonly string[];
};

/** Codes of problems that may end any work: it was too much, or its caller has left. */
const common = new Map([
  ['overloaded', 'overloaded'],
  ['client-closed-request', 'left'],
]);

/** `work`, with every call counted in a metric under `outcome`. */
export function countOutcomes<Args extends unknown[], Result, Success extends string>(
  work: (...args: Args) => Promise<Result>,
  { metrics, name, help, successes, successOf = () => successes[0], refusals }: CountOptions<Result, Success>,
): (...args: Args) => Promise<Result> {
  const count = metrics.outcomes<string>(name, help, [...successes, ...refusals, ...common.values(), 'failed']);
  return async (...args) => {
    try {
      const result = await work(...args);
      count(successOf(result));
      return result;
    } catch (error) {
      const code = problemCode(error);
      count(refusals.includes(code) ? code : (common.get(code) ?? 'failed'));
      throw error;
    }
  };
}

/** Of errors that say for themselves what a client may hear. */
function problemCode(error: unknown): string {
  const problem = typeof error === 'object' && error !== null && 'problem' in error ? error.problem : undefined;
  return codeOf(problem) ?? '';
}
