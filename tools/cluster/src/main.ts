import { add } from './cli/add.ts';
import { down } from './cli/down.ts';
import { engine } from './cli/engine.ts';
import { exportFile } from './cli/export.ts';
import { HELP } from './cli/help.ts';
import { images } from './cli/images.ts';
import { importFile } from './cli/import.ts';
import { cliArguments, type Command, type CliArguments } from './cli/options.ts';
import { status } from './cli/status.ts';
import { up } from './cli/up.ts';
import { CommandError, InterruptedError, MissingError, UsageError } from './core/failures.ts';
import { interruption, listenForInterruption } from './core/interruption.ts';
import { say } from './core/steps.ts';

const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;

const COMMANDS: Record<Command, (wishes: CliArguments) => Promise<number>> = {
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
  const wishes = cliArguments(process.argv.slice(2));
  if (wishes.command === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  listenForInterruption();
  return COMMANDS[wishes.command](wishes);
}

function report(error: unknown): number {
  if (error instanceof InterruptedError || interruption.signal.aborted) {
    say('interrupted; the next run picks up where this one stopped');
    return 130;
  }
  if (error instanceof UsageError) {
    say(`${error.message}\nTry --help`);
    return EX_USAGE;
  }
  if (error instanceof MissingError) {
    say(error.message);
    return EX_UNAVAILABLE;
  }
  if (error instanceof CommandError || (error as { name?: string }).name === 'Error') {
    say((error as Error).message);
    return 1;
  }
  // Anything else is a defect of ours, and then the stack is what helps.
  say((error as Error).stack ?? String(error));
  return 1;
}

process.exitCode = await main().catch(report);
