import { UserError } from '@slipway/util/errors';
import { loginOf } from '../../services/database-login.ts';
import { readServiceSpecs } from '../../services/read-services.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { contextName } from '../../kubernetes/client/target.ts';
import { requireOwnNamespace } from '../../deploy/namespace/claim-namespace.ts';
import { knownSecrets } from '../../manifests/overlay/known-secrets.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { type DatabasePod, superuser } from '../../deploy/database/database-pod.ts';
import { loginNames } from '../../deploy/database/login-roles.ts';
import { databaseKey } from '../../services/database-key.ts';

/** A service's database in the cluster, and the role that rules it. */
export type OpenDatabase = { api: KubeApi; pod: DatabasePod; admin: string };

/** Runs `work` on the database of `service`. Throws with the hint when there is none, or it cannot be reached. */
export async function withDatabase<Result>(
  settings: Settings,
  service: string,
  context: string | undefined,
  work: (database: OpenDatabase) => Promise<Result>,
): Promise<Result> {
  const { workspaceRoot, stack, cluster } = settings;
  const serviceSpecs = (await readServiceSpecs(workspaceRoot)).filter(({ name }) => name === service);
  const urlKey = serviceSpecs.map(({ keys }) => databaseKey(keys)?.name)[0];
  if (urlKey === undefined) throw new UserError(`${service} declares no postgres() key: it has no database`);
  const api = await openCluster(contextName(cluster, context));
  try {
    await requireOwnNamespace(api, settings);
    const pod = { context: api.context, stack, service };
    const { environments, databases } = await knownSecrets(workspaceRoot, stack, serviceSpecs, api);
    // The database's own Secret first: a volume that is made in the middle of a rotation knows no other login.
    const login = databases[service] ?? loginOf(environments[service]?.[urlKey]);
    const logins = [...(login === undefined ? [] : [login.user]), ...loginNames(service)];
    return await work({ api, pod, admin: await superuser(pod, logins) });
  } finally {
    await api.close();
  }
}
