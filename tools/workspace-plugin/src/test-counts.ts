/** What a run of test files came to: `dist/tests/PROJECT-TARGET.json`. */
export type TestCounts = {
  passed: number;
  failed: number;
  skipped: number;
  /** Names of what failed, with its file. */
  failures: string[];
};
