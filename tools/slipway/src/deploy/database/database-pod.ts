import { CommandError, UserError } from '@slipway/util/errors';
import { type Argv, exec } from '@slipway/util/exec';
import { databaseName } from '../../manifests/defaults/database.ts';

/** The pod of a service's database on the cluster of a kubeconfig context. */
export type DatabasePod = { context: string; stack: string; service: string };

/**
 * What libpq asks of the server. A login's own setting makes it act as the group that owns the database; a volume that
 * was made after a rotation has that login as its superuser, which we need as such.
 */
export const LIBPQ_OPTIONS = '-crole=none';

/** Runs its arguments, then reads what they have left of standard input: kubectl would wait for ever for a reader. */
const READ_TO_THE_END = '"$@"; status=$?; cat >/dev/null; exit $status';

/** kubectl's arguments to run a command in the pod, fed by standard input. */
export function execArguments({ context, stack, service }: DatabasePod, command: string[]): Argv {
  const pod = `${databaseName(service)}-0`;
  const inPod = ['env', `PGOPTIONS=${LIBPQ_OPTIONS}`, 'sh', '-c', READ_TO_THE_END, 'sh', ...command];
  return ['kubectl', '--context', context, '-n', stack, 'exec', '-i', pod, '-c', 'postgres', '--', ...inPod];
}

/** Arguments for psql, pg_dump and pg_restore to reach the service's database as `user`, by the pod's own socket. */
export function connection({ service }: DatabasePod, user: string): string[] {
  return [`--username=${user}`, `--dbname=${service}`, '--no-password'];
}

/**
 * Runs SQL and answers its rows, one per line. The first failing statement ends it, or `timeoutMs`: throws CommandError.
 */
export function psql(pod: DatabasePod, user: string, sql: string, timeoutMs?: number): Promise<string> {
  const quiet = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1'];
  const command = execArguments(pod, ['psql', ...connection(pod, user), ...quiet, '--file=-']);
  return exec(command, { input: sql, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}

/**
 * The role that made the volume, and rules its database, asked as the first of `logins` that exists. Throws when the pod is
 * not there, or knows none of them.
 */
export async function superuser(pod: DatabasePod, logins: string[], run: typeof psql = psql): Promise<string> {
  let failure: unknown;
  for (const login of new Set(logins)) {
    try {
      return (await run(pod, login, 'select rolname from pg_roles where oid = 10;')).trim();
    } catch (error) {
      failure = error;
      if (!(error instanceof CommandError && /role ".*" does not exist/.test(error.output))) break;
    }
  }
  if (!(failure instanceof CommandError)) throw failure;
  const name = databaseName(pod.service);
  throw new UserError(`the database ${name} does not answer: ${failure.message}`, {
    hint: `deploy it if it does not run: npx nx run ${pod.service}:deploy-kind --context ${pod.context}`,
  });
}
