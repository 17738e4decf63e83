import { EX_USAGE } from '@slipway/util/errors';
import { runTargetCommand } from './target-command.ts';
import { targetCommands } from './target-commands.ts';

/** `npx slipway COMMAND`. Each reads its own arguments. */
const COMMANDS: Record<string, { what: string; run: () => Promise<unknown> }> = {
  ...Object.fromEntries(
    targetCommands.map((command) => [
      command.name,
      {
        what: `same as npx nx run ${command.target}, but faster`,
        run: async () => (process.exitCode = await runTargetCommand(command, process.argv.slice(2))),
      },
    ]),
  ),
  up: { what: 'create the kind cluster and deploy every service to it', run: () => import('./up.ts') },
  start: { what: 'run every service as a process on this machine', run: () => import('./start.ts') },
  query: { what: 'print a view of the page as JSON: status, logs, requests …', run: () => import('./query.ts') },
  mcp: { what: 'serve state, requests and logs to a program (Model Context Protocol)', run: () => import('./mcp.ts') },
  doctor: { what: 'list what this machine and this workspace lack', run: () => import('./doctor.ts') },
  licenses: {
    what: 'list the npm packages in the images, with their licences',
    run: () => import('./licenses.ts'),
  },
};

const HELP = `Usage: npx slipway COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { what }]) => `  ${name.padEnd(10)} ${what}`)
  .join('\n')}

npx slipway COMMAND --help lists the options of a command. Everything else is an Nx target (npx nx show project NAME)
or a generator (npx nx g slipway:service --help).`;

const [name] = process.argv.splice(2, 1);
const command = COMMANDS[name ?? ''];
if (command !== undefined) await command.run();
else if (name === undefined || ['help', '--help', '-h'].includes(name)) console.log(HELP);
else {
  console.error(`✗ there is no command "${name}"\n\n${HELP}`);
  process.exitCode = EX_USAGE;
}
