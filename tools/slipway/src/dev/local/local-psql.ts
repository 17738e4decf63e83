import { UserError } from '@slipway/util/errors';
import type { Argv } from '@slipway/util/exec';
import { readServiceSpecs } from '../../services/read-services.ts';
import { isPortFree } from '../../util/is-port-free.ts';
import { localDataDir, stackOption } from './local-data-dir.ts';
import { defaultPlan } from './plan.ts';
import { byName } from '../../util/by-name.ts';
import { startCommand } from '../../util/commands.ts';

/** psql on a service's database of this machine. The password goes by the environment: arguments are seen by all. */
export async function localPsql(
  workspaceRoot: string,
  service: string,
  { stack, rest }: { stack?: string; rest: string[] },
): Promise<{ command: Argv; env: Record<string, string> }> {
  const serviceSpec = (await readServiceSpecs(workspaceRoot)).find(({ name }) => name === service);
  if (serviceSpec?.hasDatabase !== true)
    throw new UserError(`${service} declares no postgres() key: it has no database`);
  const services = await defaultPlan(workspaceRoot, localDataDir(workspaceRoot, stack))();
  const local = byName(services, service);
  if (local.database === undefined) {
    throw new UserError(`the database of ${service} is your own: DATABASE_URL in ${local.root}/.env names it`, {
      hint: 'psql with that URL',
    });
  }
  const { port, user, password } = local.database;
  if (await isPortFree(port, '127.0.0.1')) {
    throw new UserError(`the database of ${service} does not run on this machine`, {
      hint: startCommand(...(stack === undefined ? [] : [stackOption(stack).trim()])),
    });
  }
  const to = ['--host=127.0.0.1', `--port=${port}`, `--username=${user}`, '--dbname=postgres', '--no-password'];
  return { command: ['psql', ...to, ...rest], env: { PGPASSWORD: password } };
}
