import { applyObject, type Outcome } from '../kube/apply-object.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { resourcePaths } from '../kube/resource-paths.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';

export type Applied = { object: KubernetesObject; outcome: Outcome };

/** What others refer to comes first, what runs comes last. */
const KIND_ORDER = [
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

/** Applies objects to a cluster one after another, in an order in which none has to wait for a later one. */
export function applier(api: KubeApi): (objects: KubernetesObject[]) => Promise<Applied[]> {
  const pathOf = resourcePaths(api);
  return async (objects) => {
    const applied: Applied[] = [];
    for (const object of [...objects].sort((a, b) => rank(a) - rank(b))) {
      applied.push({ object, outcome: await applyObject(api, await pathOf(object), object) });
    }
    return applied;
  };
}

function rank({ kind }: KubernetesObject): number {
  if (KIND_ORDER.includes(kind)) return KIND_ORDER.indexOf(kind);
  return KIND_ORDER.length + (LAST_KINDS.includes(kind) ? 1 + LAST_KINDS.indexOf(kind) : 0);
}
