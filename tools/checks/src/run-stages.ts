import { existsSync, readFileSync, rmSync } from 'node:fs';
import { commandCounts, type Counts } from './counts.ts';
import { InterruptedError, runBounded } from './run-bounded.ts';
import type { Stage } from './stages.ts';
import { logFile } from './workspace-root.ts';

type Outcome = Counts & { isSkipped?: boolean };

/** How long a stage may be silent before a line says that it still runs, ms. */
const HEARTBEAT_MS = 30_000;
const TAIL_LINES = 40;

/**
 * Runs every stage as soon as those before it have ended, whatever became of them, and ends with the line `N passed, N
 * failed`. Answers the exit code: 0 only when nothing failed and something passed.
 */
export async function runStages(stages: Stage[], print: (line: string) => void): Promise<number> {
  const outcomes = new Map<string, Promise<Outcome>>();
  const width = Math.max(...stages.map(({ name }) => name.length));
  for (const stage of stages) {
    rmSync(logFile(`${stage.name}.log`), { force: true });
    const say = (line: string) => print(`${stage.name.padEnd(width)} │ ${line}`);
    outcomes.set(stage.name, runInTurn(stage, outcomes, say));
  }
  const results = await Promise.all(stages.map(async ({ name }) => ({ name, ...(await outcomes.get(name)!) })));
  const sum = (key: 'passed' | 'failed' | 'skipped') => results.reduce((total, result) => total + result[key], 0);
  const failed = results.filter((result) => result.failed > 0);
  if (failed.length > 0) {
    for (const { name } of failed) for (const line of endOfLog(name)) print(line);
    print('\nFailed (their output: .slipway/checks/STAGE.log)');
    for (const { name, failures = [] } of failed) print([`✗ ${name}`, ...failures.map((id) => `    ${id}`)].join('\n'));
  }
  print(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

/** Again, now that the others have ended: whoever reads a cut log from its end finds why a stage failed. */
function endOfLog(stage: string): string[] {
  const file = logFile(`${stage}.log`);
  if (!existsSync(file)) return [];
  return [`\nThe end of ${stage}`, ...readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES)];
}

async function runInTurn(
  stage: Stage,
  outcomes: Map<string, Promise<Outcome>>,
  say: (line: string) => void,
): Promise<Outcome> {
  const { after, needs = [], skipped } = stage;
  const earlier = await Promise.all(needs.map(async (name) => ({ name, ...(await outcomes.get(name)!) })));
  await Promise.all(after.map((name) => outcomes.get(name)!));
  // What was left out has said so, for those that need it too.
  if (earlier.some(({ isSkipped }) => isSkipped)) return { passed: 0, failed: 0, skipped: 0, isSkipped: true };
  if (skipped !== undefined) {
    say(`– left out: ${skipped}`);
    return { passed: 0, failed: 0, skipped: 0, isSkipped: true };
  }
  const missing = earlier.filter(({ failed }) => failed > 0).map(({ name }) => name);
  if (missing.length > 0) {
    say(`✗ not run: it needs ${missing.join(' and ')}`);
    return commandCounts(1);
  }
  const begun = performance.now();
  const counts = await run(stage, say);
  const parts = Object.entries({ passed: counts.passed, failed: counts.failed, skipped: counts.skipped })
    .filter(([what, number]) => what === 'passed' || number > 0)
    .map(([what, number]) => `${number} ${what}`);
  say(`${counts.failed > 0 ? '✗' : '✓'} ${parts.join(', ')} · ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return counts;
}

async function run({ name, command, env, limitMinutes, stale = [], counts }: Stage, say: (line: string) => void) {
  for (const path of stale) rmSync(path, { recursive: true, force: true });
  let rest = '';
  let lastLine = performance.now();
  const onOutput = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) say(line);
    lastLine = performance.now();
  };
  const onSignOfLife = (line: string) => {
    if (performance.now() - lastLine >= HEARTBEAT_MS) say(line);
  };
  try {
    const bounded = { boundMs: limitMinutes * 60_000, logFile: logFile(`${name}.log`), onOutput, onSignOfLife };
    const { exitCode, isTimedOut, unfinished } = await runBounded(command, { ...bounded, ...(env ? { env } : {}) });
    if (rest !== '') say(rest);
    if (!isTimedOut) return counts(exitCode);
    say(`✗ ended after its limit of ${limitMinutes} min, while these ran:`);
    for (const line of unfinished) say(`    ${line}`);
    return commandCounts(1);
  } catch (error) {
    const { message, stack = message } = error as Error;
    say(error instanceof InterruptedError ? message : stack);
    return commandCounts(1);
  }
}
