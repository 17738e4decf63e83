export type Counts = { passed: number; failed: number; skipped: number };

export const ONE_PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
export const ONE_FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

/**
 * What a test runner reported, seen together with its exit code: a runner that failed without naming a failed test, or
 * that ran none, has failed once.
 */
export function trustedCounts(reported: Counts | undefined, exitCode: number): Counts {
  if (reported === undefined) return ONE_FAILED;
  const { passed, failed, skipped } = reported;
  const hasFailed = exitCode !== 0 || passed + failed === 0;
  return { passed, failed: failed === 0 && hasFailed ? 1 : failed, skipped };
}
