import { applyObject, takeOver } from './apply-object.ts';
import { deleteObject } from '../client/delete-object.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { KubeError } from '../client/kube-error.ts';
import { untilGone } from '../client/until-gone.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { PlannedObject } from './plan.ts';
import type { Recreation } from './recreation.ts';
import { grow } from './volume-growth.ts';

/** Objects that others refer to come first, workloads last; kinds in neither list come between. */
const FIRST_KINDS = [
  'Namespace',
  'ServiceAccount',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'Role',
  'RoleBinding',
  'Service',
];
const LAST_KINDS = ['StatefulSet', 'Deployment', 'DaemonSet', 'Job', 'CronJob', 'HorizontalPodAutoscaler'];

/** What a rollout has to see before it believes a status. */
export type Applied = { generation: number; uid?: string };

/**
 * Applies what the plan found to differ, one object after another, in an order in which none has to wait for a later
 * one. Unchanged objects are not touched; for all others, the same write removes the fields of other managers. A
 * recreated object is deleted first; its end is awaited for `timeoutMs`, and reported to `begin`. Answers
 * `Deployment/order` → what was applied.
 */
export async function apply(
  api: KubeApi,
  planned: PlannedObject[],
  { timeoutMs, begin = () => {} }: { timeoutMs: number; begin?: (planned: PlannedObject) => void },
): Promise<Map<string, Applied>> {
  const results = new Map<string, Applied>();
  for (const entry of planned.toSorted((a, b) => rank(a.object) - rank(b.object))) {
    const { path, object, outcome, recreation } = entry;
    if (outcome === 'changed') await takeOver(api, path);
    if (recreation !== undefined) {
      begin(entry);
      for (const growth of recreation.growing ?? []) await grow(api, growth, { dryRun: false });
      await removed(api, path, recreation, timeoutMs);
    }
    const { metadata } =
      outcome === 'unchanged' ? entry.live! : (await applyObject(api, path, object, { dryRun: false })).object;
    const { uid } = metadata;
    const generation = Math.max(Number(metadata.generation ?? 0), entry.generation);
    results.set(`${object.kind}/${object.metadata.name}`, { generation, ...(uid === undefined ? {} : { uid }) });
  }
  return results;
}

/** Deletes the object that the plan has seen; one that is gone already is as good. */
async function removed(api: KubeApi, path: string, { uid, policy }: Recreation, timeoutMs: number): Promise<void> {
  const isOurs = ({ metadata }: KubernetesObject) => metadata.uid === uid;
  await untilGone(api, [{ path: path.replace(/\/[^/]+$/, ''), isOurs }], timeoutMs, () =>
    deleteObject(api, path, { uid, policy }).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    }),
  );
}

function rank({ kind }: KubernetesObject): number {
  if (FIRST_KINDS.includes(kind)) return FIRST_KINDS.indexOf(kind);
  return FIRST_KINDS.length + (LAST_KINDS.includes(kind) ? 1 + LAST_KINDS.indexOf(kind) : 0);
}
