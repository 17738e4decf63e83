/** How many tests, specs or commands passed, read from the files that their runners leave. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './workspace-root.ts';

export type Counts = { passed: number; failed: number; skipped: number; failures?: string[] };

/** Where the test executor leaves its counts. */
export const testReports = join(workspaceRoot, 'dist/tests');
export const testReport = (project: string, target: string): string => join(testReports, `${project}-${target}.json`);

export function commandCounts(exitCode: number): Counts {
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
}

/** What the test executor counted for one target, seen together with how the task ended. */
export function testCounts(project: string, target: string, exitCode: number): Counts {
  return trusted(read<Counts>(testReport(project, target)), exitCode);
}

/** The totals of Playwright's JSON report. A flaky spec has failed once, so it has failed. */
export function playwrightCounts(report: string, exitCode: number): Counts {
  const stats = read<{ stats?: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number> }>(report)?.stats;
  return trusted(
    stats && { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped },
    exitCode,
  );
}

/** What Nx's tasks came to, by the file that the workspace plugin leaves: tests by number, other tasks one each. */
export function taskCounts(results: string, exitCode: number): Counts {
  const tasks = read<TaskOutcome[]>(results) ?? [];
  const each = tasks.map(({ project, target, isSuccess }) => ({
    id: `${project}:${target}`,
    counts: target.startsWith('test')
      ? testCounts(project, target, isSuccess ? 0 : 1)
      : commandCounts(isSuccess ? 0 : 1),
  }));
  const sum = (key: 'passed' | 'failed' | 'skipped') => each.reduce((total, { counts }) => total + counts[key], 0);
  const failures = each.flatMap(({ id, counts: { failed, failures = [] } }) =>
    failed > 0 ? [id, ...failures.map((name) => `  ${name}`)] : [],
  );
  return { ...trusted({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }, exitCode), failures };
}

export type TaskOutcome = { project: string; target: string; isSuccess: boolean };

/** A runner that failed without naming a failed test, that ran none or that left no report has failed once. */
function trusted(counts: Counts | undefined, exitCode: number): Counts {
  if (counts === undefined) return commandCounts(1);
  const hasFailed = exitCode !== 0 || counts.passed + counts.failed + counts.skipped === 0;
  return { ...counts, failed: counts.failed === 0 && hasFailed ? 1 : counts.failed };
}

function read<Content>(path: string): Content | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Content) : undefined;
}
