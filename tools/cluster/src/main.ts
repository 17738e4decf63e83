/** Entry of `npm run cluster -- COMMAND`: parses the command line, runs the command, explains what it throws. */
import { describeError, exitCodeOf, explainError } from '@slipway/util/errors';
import { InterruptedError, interruptible } from '@slipway/util/interruption';
import { add } from './cli/add.ts';
import { down } from './cli/down.ts';
import { engine } from './cli/engine.ts';
import { exportFile } from './cli/export.ts';
import { HELP } from './cli/help.ts';
import { images } from './cli/images.ts';
import { importFile } from './cli/import.ts';
import { type Command, type Options, parseOptions } from './cli/options.ts';
import { status } from './cli/status.ts';
import { up } from './cli/up.ts';
import { endOn } from './core/run.ts';
import { say } from './core/steps.ts';

/** Removing containers and unpacked files takes its time. */
const LONGEST_CLEAN_UP_MS = 30_000;

const COMMANDS: Record<Command, (options: Options) => Promise<number>> = {
  up,
  down,
  status,
  add,
  images,
  engine,
  export: exportFile,
  import: importFile,
};

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.command === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const run = COMMANDS[options.command];
  const work = (signal: AbortSignal): Promise<number> => {
    endOn(signal);
    return run(options).catch((error: unknown) => {
      // Whatever a command makes of its end, it was interrupted.
      throw signal.aborted ? signal.reason : error;
    });
  };
  return interruptible(work, { graceMs: LONGEST_CLEAN_UP_MS });
}

process.exitCode = await main().catch((error: unknown) => {
  say(
    error instanceof InterruptedError
      ? `${describeError(error)}; the next run continues from here`
      : explainError(error),
  );
  return exitCodeOf(error);
});
