import { parseArgs } from 'node:util';
import { EX_USAGE, messageOf, UserError } from '@slipway/util/errors';
import { startCommand } from '../../util/commands.ts';

export type StartOptions = {
  help: boolean;
  only?: string[];
  watch: boolean;
  /** Whether the others go on when one has failed: a run that nothing else ends is for people to look at. */
  othersGoOn: boolean;
  json: boolean;
  ephemeral: boolean;
  /** Whether each service opens a port for a debugger. */
  inspect: boolean;
  /** Whether the page is served beside the services. */
  ui: boolean;
  /** A stack with data of its own in this workspace. */
  stack?: string;
  /** What to run once everything is ready; the stack lives as long as it does. */
  command?: string[];
};

/** Options, and what they do. */
const USES = [
  ['', 'run all services; an edit restarts the services it affects'],
  ['--only order,product', 'run only these services'],
  ['--no-watch', 'do not restart; exit with 1 as soon as a service fails'],
  ['--json', 'print the original log lines of the services'],
  ['--inspect', 'give each service a port for a debugger, from 9229 on'],
  ['--ui', 'serve a page with problems, requests, traces and logs; prints its link'],
  ['--stack NAME', 'run a second stack beside the first, with separate databases'],
  ['--ephemeral', 'use free ports, and delete data and secrets at the end'],
  ['--ephemeral -- COMMAND …', 'the same; run COMMAND when all are ready, and exit with its code'],
]
  .map(([options, what]) => `  ${startCommand(...(options === '' ? [] : [options!])).padEnd(44)}${what}`)
  .join('\n');

export const startHelp = `Run the services of this workspace as processes on this machine, each with its own Postgres.

${USES}

The environment of COMMAND has NAME_URL and NAME_MANAGEMENT_URL of every service (GATEWAY_URL, …), and the generated
credentials for signing in (ADMIN_EMAIL, ADMIN_PASSWORD). COMMAND also works without --ephemeral. While it runs, only
errors of the services' logs are shown.

The log lines of this run and of the one before are kept in .slipway/logs (of --ephemeral in .slipway/logs/ephemeral);
npx nx run deploy:logs --local shows them.

Each service uses the address that it declares. A port that is in use, e.g. by another clone of this workspace, is
replaced by a free one; the first lines of output name it. Secrets are generated once and stored in the .env of each
service; other keys that you add there also take precedence. Databases are in .slipway/local/NAME/postgres. To empty
one: npx nx run NAME:reset --local
Ctrl-C stops everything; a second Ctrl-C stops it at once.`;

/** Options from the command line. Throws UserError for what it does not know. */
export function startOptions(args: string[]): StartOptions {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const command = end === -1 ? [] : args.slice(end + 1);
  let values;
  try {
    ({ values } = parseArgs({
      args: own,
      allowNegative: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        only: { type: 'string', multiple: true },
        watch: { type: 'boolean', default: true },
        json: { type: 'boolean', default: false },
        ephemeral: { type: 'boolean', default: false },
        stack: { type: 'string' },
        inspect: { type: 'boolean', default: false },
        ui: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    // Its first sentence names the argument; the others explain parseArgs.
    throw new UserError(messageOf(error).split('. ')[0] ?? '', {
      hint: `${startCommand('--help')} lists the options`,
      exitCode: EX_USAGE,
    });
  }
  if (end !== -1 && command.length === 0)
    throw new UserError('there is no command after --', {
      hint: startCommand('--ephemeral', '--', 'npx', 'playwright', 'test'),
      exitCode: EX_USAGE,
    });
  if (values.stack !== undefined && values.ephemeral)
    throw new UserError('--stack keeps its data, --ephemeral throws them away: leave one of them out', {
      exitCode: EX_USAGE,
    });
  return {
    help: values.help,
    watch: values.watch && !values.ephemeral && command.length === 0,
    othersGoOn: values.ephemeral && values.watch && command.length === 0,
    json: values.json,
    ephemeral: values.ephemeral,
    inspect: values.inspect,
    ui: values.ui,
    ...(values.stack === undefined ? {} : { stack: values.stack }),
    ...(values.only === undefined
      ? {}
      : { only: values.only.flatMap((names) => names.split(',')).filter((name) => name !== '') }),
    ...(command.length === 0 ? {} : { command }),
  };
}
