import type { FakeKubeApi } from '../../src/kubernetes/client/fake-kube-api.ts';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';
import { REVISION_ANNOTATION } from '../../src/kubernetes/rollout/deployment-state.ts';

type Template = { metadata?: { labels?: Record<string, string> } };

/** Workload → why its container waits for ever. */
export type Failures = Record<string, string>;

/** What Kubernetes' controllers do with a workload that is applied: revision, pods and status, at once. */
export function runPods(api: Pick<FakeKubeApi, 'put' | 'objects'>, failing: Failures = {}) {
  return (object: KubernetesObject): void => {
    if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return;
    const { name, namespace, generation, uid = '' } = object.metadata;
    const revision = `r${String(generation)}`;
    const { template } = object.spec as { template: Template };
    const inNamespace = { ...(namespace === undefined ? {} : { namespace }) };
    const ofApps = { apiVersion: 'apps/v1', uid: '' };
    const owner =
      object.kind === 'Deployment' ? { ...ofApps, kind: 'ReplicaSet', name: `${name}-${revision}` } : undefined;
    const labels = { ...template.metadata?.labels, 'controller-revision-hash': revision };
    for (const [path, { kind, metadata }] of api.objects)
      if (kind === 'Pod' && metadata.generateName === name) api.objects.delete(path);
    if (owner !== undefined) {
      const annotations = { [REVISION_ANNOTATION]: revision };
      const ownerReferences = [{ ...ofApps, kind: object.kind, name, uid }];
      const metadata = { name: owner.name, ...inNamespace, labels, annotations, ownerReferences };
      api.put({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata });
    }
    const reason = failing[name];
    const waiting = [{ name: 'app', ready: false, restartCount: 1, state: { waiting: { reason } } }];
    api.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: owner === undefined ? `${name}-0` : `${owner.name}-a`,
        ...inNamespace,
        generateName: name,
        labels,
        ownerReferences: [owner ?? { ...ofApps, kind: 'StatefulSet', name }],
      },
      spec: { containers: [] },
      status:
        reason === undefined ? { conditions: [{ type: 'Ready', status: 'True' }] } : { containerStatuses: waiting },
    });
    const ready = reason === undefined ? 1 : 0;
    const status = { observedGeneration: generation, replicas: 1, updatedReplicas: 1, readyReplicas: ready };
    const annotations = { ...object.metadata.annotations, [REVISION_ANNOTATION]: revision };
    api.put({
      ...object,
      metadata: { ...object.metadata, annotations },
      spec: { replicas: 1, ...(object.spec as object) },
      status: { ...status, availableReplicas: ready, updateRevision: revision },
    });
  };
}
