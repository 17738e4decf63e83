import { cliArguments, type Command, type CliArguments } from './cli-arguments.ts';
import { add } from './commands/add.ts';
import { down } from './commands/down.ts';
import { engine } from './commands/engine.ts';
import { exportFile } from './commands/export.ts';
import { images } from './commands/images.ts';
import { importFile } from './commands/import.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import { CommandError, InterruptedError, MissingError, UsageError } from './exec/failures.ts';
import { interruption, listenForInterruption } from './exec/interruption.ts';
import { HELP } from './help.ts';
import { say } from './progress/progress.ts';

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
