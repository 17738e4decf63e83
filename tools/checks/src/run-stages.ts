import { ONE_FAILED, type Counts } from './counts/counts.ts';
import { InterruptedError } from './run-bounded.ts';
import type { Stage, StageContext, StageResult } from './stage.ts';

/**
 * Runs every stage, whatever became of those before it, and ends with the line `N passed, N failed`. Answers the exit
 * code: 0 only when nothing failed and something passed.
 */
export async function runStages(
  stages: Stage[],
  { isLong, isCi }: Omit<StageContext, 'say'>,
  print: (line: string) => void,
): Promise<number> {
  const results = new Map<string, StageResult>();
  const width = Math.max(...stages.map(({ name }) => name.length));
  const say = (line: string) => print(`  ${line}`);
  for (const stage of stages) {
    // What was left out has said so, for those that need it too.
    if (stage.needs?.some((name) => isLeftOut(results.get(name)))) {
      results.set(stage.name, { leftOut: '' });
      continue;
    }
    print(`▸ ${stage.name.padEnd(width)}  ${stage.description}`);
    const begun = performance.now();
    const result = await runStage(stage, results, { isLong, isCi, say });
    results.set(stage.name, result);
    say(`${describe(result)} · ${seconds(performance.now() - begun)}`);
  }
  const counts = [...results.values()].filter((result) => !('leftOut' in result)) as Counts[];
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  const failedStages = [...results].filter(([, result]) => hasFailed(result)).map(([name]) => name);
  if (failedStages.length > 0) print(`\nfailed: ${failedStages.join(', ')} (their output: .slipway/checks/STAGE.log)`);
  print(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function runStage(
  { needs = [], run }: Stage,
  results: Map<string, StageResult>,
  context: StageContext,
): Promise<StageResult> {
  const missing = needs.filter((name) => hasFailed(results.get(name)));
  if (missing.length > 0) {
    context.say(`not run: it needs ${missing.join(' and ')}`);
    return ONE_FAILED;
  }
  try {
    return await run(context);
  } catch (error) {
    const { message, stack = message } = error as Error;
    context.say(error instanceof InterruptedError ? message : stack);
    return ONE_FAILED;
  }
}

function isLeftOut(result: StageResult | undefined): boolean {
  return result !== undefined && 'leftOut' in result;
}

function hasFailed(result: StageResult | undefined): boolean {
  return result !== undefined && !('leftOut' in result) && result.failed > 0;
}

function describe(result: StageResult): string {
  if ('leftOut' in result) return `– left out: ${result.leftOut}`;
  const { passed, failed, skipped } = result;
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${failed > 0 ? '✗' : '✓'} ${parts.join(', ')}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
