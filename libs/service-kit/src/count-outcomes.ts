import type { Metrics } from './metrics.ts';

type CountOptions<Result, Success extends string> = {
  metrics: Metrics;
  name: string;
  help: string;
  /** The outcomes that are no errors, and which of them a result is. */
  successes: readonly [Success, ...Success[]];
  successOf?: (result: Result) => Success;
  /** Codes of problems that are outcomes of their own; every other error counts as `failed`. */
  refusals: readonly string[];
};

/** `work`, with every call counted in a metric under `outcome`. */
export function countOutcomes<Args extends unknown[], Result, Success extends string>(
  work: (...args: Args) => Promise<Result>,
  { metrics, name, help, successes, successOf = () => successes[0], refusals }: CountOptions<Result, Success>,
): (...args: Args) => Promise<Result> {
  const count = metrics.outcomes<string>(name, help, [...successes, ...refusals, 'failed']);
  return async (...args) => {
    try {
      const result = await work(...args);
      count(successOf(result));
      return result;
    } catch (error) {
      const { code = '' } = (error as { problem?: { code?: string } }).problem ?? {};
      count(refusals.includes(code) ? code : 'failed');
      throw error;
    }
  };
}
