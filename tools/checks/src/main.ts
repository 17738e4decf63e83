/** `npm test`: what Nx cannot do. Nx runs the checks; this adds what needs a stack, in its order, and sums up. */
import { parseArgs } from 'node:util';
import { EX_USAGE, messageOf } from '@slipway/util/errors';
import { endRunning } from './run-bounded.ts';
import { runStages } from './run-stages.ts';
import { stages } from './stages.ts';

const HELP = `npm test -- [options]

Run every check that this machine can run, and end with one line: N passed, N failed.

  --no-cluster   skip everything that needs a cluster
  --long         also run the long tests and scenarios, some of which delete the stack's data (npm run test:cluster)
  -h, --help     print this text

If no container engine answers, the cluster part is skipped; if CI is set, it installs an engine instead.
To run one part: npx nx run-many -t test lint typecheck, npx nx affected -t test, npx nx e2e e2e-k8s,
npx nx e2e scenarios. Exit codes: 0 nothing failed, 1 something failed, 64 wrong usage,
130 interrupted. The output of each stage is in .slipway/checks/STAGE.log.`;
const EXIT_INTERRUPTED = 130;

// Nx without its daemon starts six processes for its plugins, each time: nearly half of what a command of Nx costs.
process.env.NX_ISOLATE_PLUGINS ??= 'false';

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
// What a stage has left behind (a daemon's pipe, a socket) must not keep this process: its verdict is known.
process.exit(isInterrupted ? EXIT_INTERRUPTED : exitCode);

async function main(args: string[]): Promise<number> {
  let options;
  try {
    ({ values: options } = parseArgs({
      args,
      allowNegative: true,
      options: {
        cluster: { type: 'boolean', default: true },
        long: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    // Its first sentence names the argument; the others explain parseArgs.
    console.error(`✗ ${messageOf(error).split('. ')[0]}\n→ npm test -- --help`);
    return EX_USAGE;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const isCi = process.env.CI !== undefined && process.env.CI !== 'false';
  return runStages(await stages({ ...options, isCi }), console.log);
}
