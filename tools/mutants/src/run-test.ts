import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { CommandError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import type { GuardTest } from './mutant.ts';

export type TestRun = { isGreen: boolean; seconds: number; output: string };

const timeoutMs = 5 * 60_000;
/** Of one test: what waits for a state that never comes, waits for so long. */
const testTimeoutMs = 60_000;

const deployMs = 10 * 60_000;
const chaosMs = 15 * 60_000;

/** Runs it in `root`. A test that does not end is red. */
export function runTest(test: GuardTest, root: string, signal: AbortSignal): Promise<TestRun> {
  return 'chaos' in test ? runChaos(test.chaos, root, signal) : runFile(test, root, signal);
}

/** Brings what stands in `root` to the cluster. */
export async function deploy(root: string, signal: AbortSignal): Promise<void> {
  await nx(['run-many', '-t', 'deploy-kind'], root, deployMs, signal);
}

async function runChaos(title: string, root: string, signal: AbortSignal): Promise<TestRun> {
  await deploy(root, signal);
  const started = performance.now();
  const run = await outcome(() => nx(['run', 'e2e-k8s:chaos', '--grep', title], root, chaosMs, signal));
  return { ...run, seconds: (performance.now() - started) / 1000 };
}

async function runFile(
  { file, name }: Extract<GuardTest, { file: string }>,
  root: string,
  signal: AbortSignal,
): Promise<TestRun> {
  const report = join(root, 'mutant.tap');
  rmSync(report, { force: true });
  const bounds = [
    '--test-force-exit',
    `--test-timeout=${testTimeoutMs}`,
    ...(name === undefined ? [] : [`--test-name-pattern=${name}`]),
  ];
  const reporter = ['--test-reporter=tap', `--test-reporter-destination=${report}`];
  // Out of the runner's own environment: node:test would report to a runner above it.
  const argv = ['env', '-u', 'NODE_TEST_CONTEXT', nodeOf(root), '--test', ...reporter, ...bounds, file] as const;
  const started = performance.now();
  const { isGreen } = await outcome(() => exec(argv, { cwd: root, timeoutMs, signal }));
  const output = existsSync(report) ? readFileSync(report, 'utf8') : '';
  // Where no test has the name, node:test reports the file itself as passed.
  const passed = [...output.matchAll(/^ *ok \d+ - (.*)$/gm)].filter(
    ([, title = '']) => !title.endsWith(basename(file)),
  );
  return { isGreen: isGreen && passed.length > 0, seconds: (performance.now() - started) / 1000, output };
}

async function outcome(run: () => Promise<string>): Promise<{ isGreen: boolean; output: string }> {
  try {
    return { isGreen: true, output: await run() };
  } catch (error) {
    if (!(error instanceof CommandError) || !hasRun(error)) throw error;
    return { isGreen: false, output: error.message };
  }
}

/** A program that was not there, or that somebody has killed, says nothing about a guard. 126 and 127 are those of `env`. */
function hasRun({ code }: CommandError): boolean {
  return code === 'timeout' || (typeof code === 'number' && code !== 126 && code !== 127);
}

/** The copy's own: that of the original may be replaced while we run. */
function nodeOf(root: string): string {
  const own = join(root, 'node_modules/.bin/node');
  return existsSync(own) ? own : process.execPath;
}

function nx(args: string[], root: string, timeoutMs: number, signal: AbortSignal): Promise<string> {
  const program = createRequire(join(root, 'package.json')).resolve('nx/bin/nx.js');
  const argv = [nodeOf(root), program, ...args] as const;
  return exec(argv, { cwd: root, env: { NX_DAEMON: 'false' }, timeoutMs, signal });
}
