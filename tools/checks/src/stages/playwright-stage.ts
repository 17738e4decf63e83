import { existsSync, readFileSync, rmSync } from 'node:fs';
import { trustedCounts } from '../counts/counts.ts';
import { playwrightCounts } from '../counts/playwright-counts.ts';
import { runBounded } from '../run-bounded.ts';
import type { Stage } from '../stage.ts';
import { logFile } from '../workspace-root.ts';
import { printIndented } from './print-indented.ts';

/** Added to what runs Playwright. */
export const reporterArguments = ['--reporter=dot,json'];

type PlaywrightStage = Omit<Stage, 'run'> & {
  command: [string, ...string[]];
  boundMs: number;
  env?: Record<string, string | undefined>;
};

/** A command that runs Playwright with our reporters; counts as many as there are specs. */
export function playwrightStage({ command, boundMs, env, ...stage }: PlaywrightStage): Stage {
  return {
    ...stage,
    async run({ say }) {
      const report = logFile(`${stage.name}.json`);
      rmSync(report, { force: true });
      const { exitCode, isTimedOut } = await runBounded(command, {
        boundMs,
        logFile: logFile(`${stage.name}.log`),
        env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
        onOutput: printIndented,
      });
      if (isTimedOut) say(`it was ended after its bound of ${boundMs / 1000} s`);
      return trustedCounts(existsSync(report) ? playwrightCounts(readFileSync(report, 'utf8')) : undefined, exitCode);
    },
  };
}
