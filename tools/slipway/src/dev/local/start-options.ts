import { parseArgs } from 'node:util';
import { messageOf, UserError } from '@slipway/util/errors';
import { startCommand } from '../../util/commands.ts';

export type StartOptions = {
  help: boolean;
  only?: string[];
  watch: boolean;
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
  ['', 'all services; an edit restarts those that it concerns'],
  ['--only order,product', 'only these'],
  ['--no-watch', 'no restarts; ends with 1 as soon as a service fails'],
  ['--json', 'log lines as the services write them'],
  ['--inspect', 'each service opens a port for a debugger, from 9229 on'],
  ['--ui', 'serves a page with problems, requests, traces and logs; prints its link'],
  ['--stack NAME', 'a second stack beside the first, with databases of its own'],
  ['--ephemeral', 'on free ports, with data and secrets that are thrown away at the end'],
  ['--ephemeral -- COMMAND …', 'the same, runs COMMAND when all are ready, and ends with its exit code'],
]
  .map(([options, what]) => `  ${startCommand(...(options === '' ? [] : [options!])).padEnd(44)}${what}`)
  .join('\n');

export const startHelp = `Runs the services of this workspace as processes of this machine, each with its own Postgres.

${USES}

COMMAND finds NAME_URL and NAME_MANAGEMENT_URL of every service in its environment (GATEWAY_URL, …), and what the
services have made up for people to sign in with (ADMIN_EMAIL, ADMIN_PASSWORD). It works without --ephemeral too; of
the services' log lines only errors are shown then.

Every line is kept in .slipway/logs until the next start but one: npx nx run deploy:logs --local finds them (of --ephemeral
in .slipway/logs/ephemeral).

Addresses are those that each service declares; a port that is taken, e.g. by another clone of this
workspace, is replaced by a free one, which the first lines tell. Secrets are in the .env of each, made up once; other keys
that you write there win as well. Databases are in .slipway/local/NAME/postgres; to begin one anew:
npx nx run NAME:reset --local
Ctrl-C stops everything, a second one at once.`;

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
    });
  }
  if (end !== -1 && command.length === 0)
    throw new UserError('there is no command after --', {
      hint: startCommand('--ephemeral', '--', 'npx', 'playwright', 'test'),
    });
  if (values.stack !== undefined && values.ephemeral)
    throw new UserError('--stack keeps its data, --ephemeral throws them away: leave one of them out');
  return {
    help: values.help,
    watch: values.watch && !values.ephemeral && command.length === 0,
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
