import { applyObject } from '../kube/apply-object.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import type { PlannedObject } from '../pipeline/plan.ts';

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

/**
 * Applies what the plan found to differ, one object after another, in an order in which none has to wait for a later
 * one. What is unchanged is not touched.
 */
export async function apply(api: KubeApi, planned: PlannedObject[]): Promise<void> {
  const different = planned.filter(({ outcome }) => outcome !== 'unchanged');
  for (const { path, object } of different.sort((a, b) => rank(a.object) - rank(b.object))) {
    await applyObject(api, path, object, { dryRun: false });
  }
}

function rank({ kind }: KubernetesObject): number {
  if (FIRST_KINDS.includes(kind)) return FIRST_KINDS.indexOf(kind);
  return FIRST_KINDS.length + (LAST_KINDS.includes(kind) ? 1 + LAST_KINDS.indexOf(kind) : 0);
}
