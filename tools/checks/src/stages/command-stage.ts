import { ONE_FAILED, ONE_PASSED } from '../counts/counts.ts';
import { runBounded } from '../run-bounded.ts';
import type { Stage } from '../stage.ts';
import { logFile } from '../workspace-root.ts';
import { printIndented } from './print-indented.ts';

type CommandStage = Omit<Stage, 'run'> & {
  command: [string, ...string[]] | ((context: { isCi: boolean }) => [string, ...string[]]);
  boundMs: number;
  /** Show its output while it comes: for what takes minutes. */
  isLive?: boolean;
};

/** One command that succeeds or fails: counts as one. Its output is shown when it fails. */
export function commandStage({ command, boundMs, isLive = false, ...stage }: CommandStage): Stage {
  return {
    ...stage,
    async run({ isCi, say }) {
      const { exitCode, output, isTimedOut } = await runBounded(
        typeof command === 'function' ? command({ isCi }) : command,
        {
          boundMs,
          logFile: logFile(`${stage.name}.log`),
          ...(isLive ? { onOutput: printIndented } : { onSignOfLife: say }),
        },
      );
      if (exitCode === 0 && !isTimedOut) return ONE_PASSED;
      if (!isLive) printIndented(output);
      say(isTimedOut ? `it was ended after its bound of ${boundMs / 1000} s` : `exit code ${exitCode}`);
      return ONE_FAILED;
    },
  };
}
