import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import type { GuardTest } from './mutant.ts';

export type TestRun = { isGreen: boolean; seconds: number; output: string };

const timeoutMs = 5 * 60_000;
/** Of one test: what waits for a state that never comes, waits for so long. */
const testTimeoutMs = 120_000;

/** Runs it in `root`. A test that does not end is red. */
export async function runTest({ file, name }: GuardTest, root: string, signal: AbortSignal): Promise<TestRun> {
  const report = join(root, 'mutant.tap');
  rmSync(report, { force: true });
  const bounds = [`--test-timeout=${testTimeoutMs}`, ...(name === undefined ? [] : [`--test-name-pattern=${name}`])];
  const started = performance.now();
  let isGreen = true;
  try {
    const reporter = ['--test-reporter=tap', `--test-reporter-destination=${report}`];
    // Out of the runner's own environment: node:test would report to a runner above it.
    const argv = ['env', '-u', 'NODE_TEST_CONTEXT', process.execPath, '--test', ...reporter, ...bounds, file] as const;
    await exec(argv, { cwd: root, timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    isGreen = false;
  }
  const output = existsSync(report) ? readFileSync(report, 'utf8') : '';
  // A name that no test has is green to node:test.
  const passed = Number(/^# pass (\d+)$/m.exec(output)?.[1] ?? 0);
  return { isGreen: isGreen && passed > 0, seconds: (performance.now() - started) / 1000, output };
}
