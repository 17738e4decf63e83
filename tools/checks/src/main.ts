import { checkOptions, checkHelp, UsageError, type CheckOptions } from './check-options.ts';
import { runStages } from './run-stages.ts';
import { endRunning } from './run-bounded.ts';
import { endLine } from './stages/print-indented.ts';
import { stages } from './stages/stages.ts';

const EXIT_USAGE = 64;
const EXIT_INTERRUPTED = 130;

let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The first asks, the second does not.
  process.once(signal, () => {
    isInterrupted = true;
    console.error(`\n${signal}: ending what runs`);
    void endRunning('SIGTERM').then(() => process.exit(EXIT_INTERRUPTED));
    process.once(signal, () => void endRunning('SIGKILL').then(() => process.exit(EXIT_INTERRUPTED)));
  });
}

const exitCode = await main(process.argv.slice(2));
// What a stage has left behind (a daemon's pipe, a socket) must not keep us: its verdict is known.
process.exit(isInterrupted ? EXIT_INTERRUPTED : exitCode);

async function main(args: string[]): Promise<number> {
  const all = stages();
  let options: CheckOptions;
  try {
    options = checkOptions(args, all);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`✗ ${error.message}\n→ npm test -- --help`);
    return EXIT_USAGE;
  }
  if (options.help) {
    console.log(checkHelp(all));
    return 0;
  }
  return runStages(
    all.filter(({ name }) => options.selected.has(name)),
    { isLong: options.isLong, isCi: process.env.CI !== undefined && process.env.CI !== 'false' },
    (line) => {
      endLine();
      console.log(line);
    },
  );
}
