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
  /** Not these, although `pattern` names them. */
  exclude?: string;
  /** The stage fails when the tests reach less than so many percent of the branches in these files. */
  coverage?: { files: string[]; branches: number };
  /** These too in the long form. */
  longPattern?: string;
  boundMs: number;
  /** In the long form; default: `boundMs`. */
  longBoundMs?: number;
  /** One file after the other, each test named as it passes. */
  isSerial?: boolean;
  environment?: (context: StageContext) => Record<string, string>;
};

/** node:test files; counts as many as there are tests. */
export function nodeTestStage({
  pattern,
  exclude,
  coverage,
  longPattern,
  boundMs: shortBoundMs,
  longBoundMs = shortBoundMs,
  isSerial = false,
  environment,
  ...stage
}: NodeTestStage): Stage {
  return {
    ...stage,
    async run(context) {
      const boundMs = context.isLong ? longBoundMs : shortBoundMs;
      const patterns = [pattern, ...(context.isLong && longPattern !== undefined ? [longPattern] : [])];
      const files = globSync(patterns, {
        cwd: workspaceRoot,
        exclude: ['**/node_modules/**', ...(exclude === undefined ? [] : [exclude])],
      }).sort();
      // Without any, node:test would look for tests of its own.
      if (files.length === 0) throw new Error(`stage ${stage.name}: there is no test file ${pattern}`);
      const tap = logFile(`${stage.name}.tap`);
      rmSync(tap, { force: true });
      // The other one prints no coverage.
      const reporter = isSerial || coverage !== undefined ? 'spec' : 'dot';
      const { exitCode, isTimedOut } = await runBounded(
        programs.node(
          '--test',
          `--test-concurrency=${isSerial ? 1 : Math.max(2, availableParallelism())}`,
          `--test-reporter=${reporter}`,
          '--test-reporter-destination=stdout',
          '--test-reporter=tap',
          `--test-reporter-destination=${tap}`,
          ...coverageArguments(coverage),
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

function coverageArguments(coverage: NodeTestStage['coverage']): string[] {
  if (coverage === undefined) return [];
  const included = coverage.files.map((pattern) => `--test-coverage-include=${pattern}`);
  return ['--experimental-test-coverage', `--test-coverage-branches=${coverage.branches}`, ...included];
}
