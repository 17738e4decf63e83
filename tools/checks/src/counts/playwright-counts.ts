import type { Counts } from './counts.ts';

type Report = { stats?: { expected: number; unexpected: number; flaky: number; skipped: number } };

/** The totals of Playwright's JSON report. A flaky test has failed once, so it has failed. */
export function playwrightCounts(json: string): Counts | undefined {
  const { stats } = JSON.parse(json) as Report;
  if (stats === undefined) return undefined;
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}
