import type { KubernetesObject } from '../kubernetes-object.ts';
import { findTerminalFailure, type Fatal } from './terminal-failure.ts';
import { isReady } from './is-ready.ts';
import type { Pod } from './pod.ts';
import type { StackView } from './stack-view.ts';

/** `generation`: the one that was applied; what the watch has seen before says nothing. */
export type WorkloadId = { kind: 'Deployment' | 'StatefulSet'; name: string; generation: number };

/** How far a workload is: rolled out, cannot heal, or what it waits for (empty: for Kubernetes to take notice). */
export type WorkloadState = { state: 'ready' } | { state: 'fatal'; fatal: Fatal } | { state: 'waiting'; for: string };

type Status = {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  updateRevision?: string;
  conditions?: { type: string; status: string; message?: string }[];
};

/** On a Deployment and its ReplicaSets: the number of the revision. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';

/** The state of a workload, judged by the pods of its newest revision. */
export function workloadState(view: StackView, { kind, name, generation }: WorkloadId): WorkloadState {
  const workload = (kind === 'Deployment' ? view.deployments : view.statefulSets).get(name);
  if (workload === undefined) return { state: 'waiting', for: '' };
  const status = (workload.status ?? {}) as Status;
  if ((status.observedGeneration ?? 0) < Math.max(generation, Number(workload.metadata.generation))) {
    return { state: 'waiting', for: '' };
  }
  const wanted = Number((workload.spec as { replicas?: number }).replicas ?? 1);
  const replicaSet = kind === 'Deployment' ? newestReplicaSet(view, workload) : undefined;
  // Not the Deployment's own condition: that still speaks of an older revision while it is being left.
  const refused = ((replicaSet?.status ?? {}) as Status).conditions?.find(
    ({ type, status: value }) => type === 'ReplicaFailure' && value === 'True',
  );
  if (refused !== undefined) {
    return { state: 'fatal', fatal: { pod: '', container: '', reason: `pods are refused: ${refused.message ?? ''}` } };
  }
  const pods =
    kind === 'Deployment' ? podsOfReplicaSet(view, replicaSet) : newestPodsOfStatefulSet(view, workload, status);
  for (const pod of pods) {
    const fatal = findTerminalFailure(pod);
    if (fatal !== undefined) return { state: 'fatal', fatal };
  }
  const updated = status.updatedReplicas ?? 0;
  const available = (kind === 'Deployment' ? status.availableReplicas : status.readyReplicas) ?? 0;
  // The pods themselves too: after a restart of the cluster the workload's status is for a while that of before.
  const serving = pods.filter(isReady).length;
  if (updated === wanted && available === wanted && (status.replicas ?? 0) === wanted && serving >= wanted) {
    return { state: 'ready' };
  }
  const unready = pods.map(waitingFor).find((reason) => reason !== undefined);
  return { state: 'waiting', for: unready ?? `its pods: ${Math.min(updated, available, serving)} of ${wanted} ready` };
}

function newestReplicaSet(view: StackView, { metadata: { name, annotations } }: KubernetesObject) {
  const revision = annotations?.[REVISION_ANNOTATION];
  return [...view.replicaSets.values()].find(
    ({ metadata }) =>
      metadata.annotations?.[REVISION_ANNOTATION] === revision &&
      (metadata.ownerReferences as { name: string }[] | undefined)?.some((owner) => owner.name === name),
  );
}

/** The pods of the newest revision that are not on their way out. */
function podsOfReplicaSet(view: StackView, replicaSet: KubernetesObject | undefined): Pod[] {
  if (replicaSet === undefined) return [];
  const { name } = replicaSet.metadata;
  return livePods(view).filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.name === name));
}

function newestPodsOfStatefulSet(view: StackView, set: KubernetesObject, { updateRevision }: Status): Pod[] {
  return livePods(view).filter(
    (pod) =>
      pod.metadata.ownerReferences?.some((owner) => owner.kind === 'StatefulSet' && owner.name === set.metadata.name) &&
      pod.metadata.labels?.['controller-revision-hash'] === updateRevision,
  );
}

function livePods(view: StackView): Pod[] {
  return [...view.pods.values()].filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** Why the pod is not ready yet, in words; undefined when it is. */
function waitingFor(pod: Pod): string | undefined {
  const conditions = pod.status?.conditions ?? [];
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled !== undefined) return `pod ${pod.metadata.name} has no node: ${unscheduled.message ?? ''}`;
  const init = pod.status?.initContainerStatuses?.find((status) => status.state?.terminated === undefined);
  if (init !== undefined) return `${init.name} in ${pod.metadata.name} (${init.state?.waiting?.reason ?? 'running'})`;
  const unready = pod.status?.containerStatuses?.find((status) => !status.ready);
  if (unready !== undefined)
    return `${unready.name} in ${pod.metadata.name} (${unready.state?.waiting?.reason ?? 'running, not ready'})`;
  return undefined;
}
