import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { trustedCounts } from '../counts/counts.ts';
import { tapCounts } from '../counts/tap-counts.ts';
import { programs } from '../programs.ts';
import { runBounded } from '../run-bounded.ts';
import type { Stage, StageContext } from '../stage.ts';
import { logFile, workspaceRoot } from '../workspace-root.ts';
import { printIndented } from './print-indented.ts';

type NodeTestStage = Omit<Stage, 'run'> & {
  /** Relative to the workspace. */
  pattern: string;
  /** These too in the long form. */
  longPattern?: string;
  boundMs: number;
  /** One file after the other, each test named as it passes. */
  isSerial?: boolean;
  environment?: (context: StageContext) => Record<string, string>;
};

/** node:test files; counts as many as there are tests. */
export function nodeTestStage({
  pattern,
  longPattern,
  boundMs,
  isSerial = false,
  environment,
  ...stage
}: NodeTestStage): Stage {
  return {
    ...stage,
    async run(context) {
      const patterns = [pattern, ...(context.isLong && longPattern !== undefined ? [longPattern] : [])];
      const files = globSync(patterns, { cwd: workspaceRoot, exclude: ['**/node_modules/**'] }).sort();
      const tap = logFile(`${stage.name}.tap`);
      rmSync(tap, { force: true });
      const { exitCode, isTimedOut } = await runBounded(
        programs.node(
          '--test',
          `--test-concurrency=${isSerial ? 1 : Math.max(2, availableParallelism())}`,
          `--test-reporter=${isSerial ? 'spec' : 'dot'}`,
          '--test-reporter-destination=stdout',
          '--test-reporter=tap',
          `--test-reporter-destination=${tap}`,
          ...files,
        ),
        {
          boundMs,
          logFile: logFile(`${stage.name}.log`),
          onOutput: printIndented,
          env: environment?.(context) ?? {},
        },
      );
      if (isTimedOut)
        context.say(`it was ended after its bound of ${boundMs / 1000} s; what was known by then: ${tap}`);
      return trustedCounts(existsSync(tap) ? tapCounts(readFileSync(tap, 'utf8')) : undefined, exitCode);
    },
  };
}
