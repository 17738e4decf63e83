import { basename } from 'node:path';
import type { V1Deployment } from '@kubernetes/client-node';
import { writeInventoryEntry, type InventoryEntry } from '../../kubernetes/apply/inventory/inventory.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { untilGone } from '../../kubernetes/client/until-gone.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import type { StackContext } from '../context/deploy-context.ts';
import type { Live } from '../../kubernetes/live.ts';

type Context = Pick<StackContext, 'api' | 'stack' | 'timeoutMs' | 'report'>;

/** A service without pods, whose database is about to be recreated. */
export type EmptiedDatabase = {
  /** Path of the service's Deployment. */
  deployment: string;
  /** How many pods it had; undefined where it did not exist. */
  replicas: number | undefined;
};

/** Volumes of a service's database, by their claims' names. */
export async function databaseClaims(api: KubeApi, stack: string, service: string): Promise<string[]> {
  const query = new URLSearchParams(claimsOf(service));
  const list = await api.get<{ items: KubernetesObject[] }>(
    `/api/v1/namespaces/${stack}/persistentvolumeclaims?${query}`,
  );
  return (list?.items ?? []).map(({ metadata }) => metadata.name).sort();
}

/**
 * Ends the pods of a service and of its database, and deletes its volumes. The inventory, which gets `entry`, forgets its
 * migrations first. Once the service is applied again, `restoreReplicas` restores its pods.
 */
export async function emptyDatabase(
  context: Context,
  service: string,
  entry: InventoryEntry,
): Promise<EmptiedDatabase> {
  const { api, stack, timeoutMs, report } = context;
  const name = databaseName(service);
  const deployment = `/apis/apps/v1/namespaces/${stack}/deployments/${service}`;
  const replicas = (await api.get<Live<V1Deployment>>(deployment))?.spec?.replicas;
  await writeInventoryEntry(api, stack, service, { ...entry, migrations: {} });

  report.event(service, 'reset', 'ending its pods');
  await endPods(context, deployment, 'ReplicaSet');
  report.event(name, 'reset', 'ending its pod');
  await endPods(context, `/apis/apps/v1/namespaces/${stack}/statefulsets/${name}`, 'StatefulSet');
  const claims = await databaseClaims(api, stack, service);
  report.event(name, 'reset', `deleting the volume ${claims.join(', ')}`);
  const path = `/api/v1/namespaces/${stack}/persistentvolumeclaims`;
  await untilGone(api, [{ path, query: claimsOf(service) }], timeoutMs, async () => {
    for (const claim of claims) await api.send('DELETE', `${path}/${claim}`, undefined);
  });
  report.event(name, 'reset', 'its volume is gone');
  return { deployment, replicas };
}

/** Scales the service back to its replicas, unless its Deployment declares them: then applying it has done so. */
export async function restoreReplicas(
  { api }: Pick<Context, 'api'>,
  { deployment, replicas }: EmptiedDatabase,
): Promise<void> {
  const now = (await api.get<Live<V1Deployment>>(deployment))?.spec?.replicas;
  if (now === 0 && replicas !== undefined) await scale(api, deployment, replicas);
}

/** Scales a workload to none and waits until it has no pod. */
async function endPods({ api, stack, timeoutMs }: Context, path: string, owner: string): Promise<void> {
  const name = basename(path);
  const isOurs = ({ metadata }: KubernetesObject) =>
    (metadata.ownerReferences ?? []).some(({ kind }) => kind === owner);
  const pods = { path: `/api/v1/namespaces/${stack}/pods`, query: { labelSelector: `${NAME_LABEL}=${name}` }, isOurs };
  await untilGone(api, [pods], timeoutMs, async () => {
    if ((await api.get(path)) !== undefined) await scale(api, path, 0);
  });
}

async function scale(api: KubeApi, path: string, replicas: number): Promise<void> {
  await api.send('PATCH', `${path}/scale`, { spec: { replicas } }, 'application/merge-patch+json');
}

function claimsOf(service: string): { labelSelector: string } {
  return { labelSelector: `${NAME_LABEL}=${databaseName(service)}` };
}
