import { UserError } from '@slipway/util/errors';
import type { Argv } from '@slipway/util/exec';
import { connection } from '../../deploy/database/database-pod.ts';
import { contextName, kindCluster } from '../../kubernetes/client/target.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { withDatabase } from './open-database.ts';
import { requireDevelopmentCluster } from './require-development-cluster.ts';

/**
 * The command that opens psql in the pod of a service's database, as the role that rules it. Throws UserError where the
 * cluster is not kind's: a console is a hand inside the data.
 */
export async function psqlCommand(
  settings: Settings,
  service: string,
  { context, isTerminal, rest }: { context?: string; isTerminal: boolean; rest: string[] },
): Promise<Argv> {
  const name = contextName(settings.cluster, context);
  if (kindCluster(name) === undefined) throw refused(`context "${name}" is not a kind cluster`);
  return withDatabase(settings, service, context, async ({ api, pod, admin }) => {
    await requireDevelopmentCluster(api, refused);
    const flags = isTerminal ? ['--stdin', '--tty'] : ['--stdin'];
    const exec = ['--context', name, '-n', settings.stack, 'exec', ...flags, `${databaseName(service)}-0`];
    return ['kubectl', ...exec, '-c', 'postgres', '--', 'psql', ...connection(pod, admin), ...rest];
  });
}

function refused(reason: string): UserError {
  return new UserError(`${reason}, and a console is opened on development databases alone`, {
    hint: 'docs/runbook.md describes how to query a production database',
  });
}
