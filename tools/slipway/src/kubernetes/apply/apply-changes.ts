import { applyObject, takeOver } from './apply-object.ts';
import type { KubeApi } from '../client/kube-api.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { PlannedObject } from './plan.ts';

/** What others refer to comes first, what runs comes last; kinds that stand nowhere come between. */
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

/** `Deployment/order` → its generation: what a rollout has to see before it believes a status. */
export type Generations = Map<string, number>;

/**
 * Applies what the plan found to differ, one object after another, in an order in which none has to wait for a later
 * one. What is unchanged is not touched; what strangers have added to the rest goes with the same write.
 */
export async function apply(api: KubeApi, planned: PlannedObject[]): Promise<Generations> {
  const generations: Generations = new Map();
  for (const { path, object, outcome, generation } of planned.toSorted((a, b) => rank(a.object) - rank(b.object))) {
    if (outcome === 'changed') await takeOver(api, path);
    const applied = outcome === 'unchanged' ? undefined : await applyObject(api, path, object, { dryRun: false });
    const { kind, metadata } = object;
    generations.set(`${kind}/${metadata.name}`, Number(applied?.object.metadata.generation ?? generation));
  }
  return generations;
}

function rank({ kind }: KubernetesObject): number {
  if (FIRST_KINDS.includes(kind)) return FIRST_KINDS.indexOf(kind);
  return FIRST_KINDS.length + (LAST_KINDS.includes(kind) ? 1 + LAST_KINDS.indexOf(kind) : 0);
}
