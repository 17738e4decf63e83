import type { ExecutorContext } from '@nx/devkit';
import { CommandError, UserError } from '@slipway/util/errors';
import { execInTerminal } from '@slipway/util/exec-in-terminal';
import { localPsql } from '../../../dev/local/local-psql.ts';
import { psqlCommand } from '../../../operate/database/psql-command.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { explainFailure } from '../shared/explain-failure.ts';

type Options = { local: boolean; stack?: string; context?: string; command?: string; __unparsed__: string[] };

/** Opens psql on the development database of one service. */
export async function psqlExecutor(
  { local, stack, context, command: sql, __unparsed__: unparsed }: Options,
  { root, projectName = '', projectsConfigurations }: ExecutorContext,
): Promise<{ success: boolean }> {
  const service = projectsConfigurations.projects[projectName]?.root.split('/').at(-1) ?? projectName;
  const rest = [...ofPsql(unparsed), ...(sql === undefined ? [] : ['--command', sql])];
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  try {
    const { command, env } = local
      ? await localPsql(root, service, { ...(stack === undefined ? {} : { stack }), rest })
      : {
          command: await psqlCommand(readSettings(root), service, {
            ...(context === undefined ? {} : { context }),
            isTerminal,
            rest,
          }),
          env: {},
        };
    const running = execInTerminal(command, { env });
    // psql itself decides what Ctrl-C ends: a query, not the console.
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => running.kill(signal));
    return { success: (await running.exitCode.catch(asUserError)) === 0 };
  } catch (error) {
    return explainFailure(error, {});
  }
}

const OWN_OPTIONS = ['--local', '--stack', '--context', '--command'];

/** Nx passes all arguments, including its own options; the rest are psql's. */
function ofPsql(unparsed: string[]): string[] {
  return unparsed.filter((argument, index) => {
    const isOwn = (word: string) => OWN_OPTIONS.some((option) => word === option || word.startsWith(`${option}=`));
    const before = unparsed[index - 1] ?? '';
    return !isOwn(argument) && !(isOwn(before) && before !== '--local' && !before.includes('='));
  });
}

function asUserError(error: unknown): never {
  if (!(error instanceof CommandError) || error.code !== 'ENOENT') throw error;
  throw new UserError(error.message, { hint: 'install the PostgreSQL client, e.g. apt-get install postgresql-client' });
}
