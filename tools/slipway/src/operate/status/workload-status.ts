import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { SYNCED_LABEL } from '../../kubernetes/labels.ts';
import { isReady } from '../../kubernetes/rollout/is-ready.ts';
import type { ContainerStatus, Pod } from '../../kubernetes/rollout/pod.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import { REVISION_ANNOTATION, workloadState } from '../../kubernetes/rollout/workload-state.ts';
import type { WorkloadStatus } from './stack-status.ts';

type Spec = { replicas?: number; template?: { spec?: { containers?: { name: string; image?: string }[] } } };

/** The state of one Deployment or StatefulSet. One that is not there, or is scaled to nothing, is not ready. */
export function workloadStatus(view: StackView, kind: 'Deployment' | 'StatefulSet', name: string): WorkloadStatus {
  const workload = (kind === 'Deployment' ? view.deployments : view.statefulSets).get(name);
  if (workload === undefined) {
    return { name, state: 'absent', podsReady: 0, podsWanted: 0, restarts: 0 };
  }
  const { replicas = 1, template } = workload.spec as Spec;
  const pods = podsOf(view, name);
  const image = template?.spec?.containers?.[0]?.image;
  const revision = workload.metadata.annotations?.[REVISION_ANNOTATION];
  const podsReady = pods.filter(isReady).length;
  return {
    name,
    ...stateOf(view, kind, workload, replicas),
    podsReady,
    podsWanted: replicas,
    ...(revision === undefined ? {} : { revision: Number(revision) }),
    ...(image === undefined ? {} : { image: image.slice(image.lastIndexOf(':') + 1) }),
    ...(workload.metadata.labels?.[SYNCED_LABEL] === undefined ? {} : { isSynced: true }),
    ...restartsOf(pods),
  };
}

function stateOf(
  view: StackView,
  kind: 'Deployment' | 'StatefulSet',
  { metadata: { name } }: KubernetesObject,
  replicas: number,
): Pick<WorkloadStatus, 'state' | 'why'> {
  if (replicas === 0) return { state: 'off', why: 'is scaled to 0' };
  const state = workloadState(view, { kind, name, generation: 0 });
  if (state.state === 'ready') return { state: 'ready' };
  if (state.state === 'waiting') return { state: 'waiting', why: state.for };
  const { pod, container, reason } = state.fatal;
  return { state: 'failed', why: pod === '' ? reason : `${container} in ${pod}: ${reason}` };
}

function restartsOf(pods: Pod[]): Pick<WorkloadStatus, 'restarts' | 'lastEnd'> {
  const statuses = pods.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]);
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ends = statuses.flatMap(endOf).sort((a, b) => b.at.localeCompare(a.at));
  return { restarts, ...(ends[0] === undefined ? {} : { lastEnd: ends[0] }) };
}

function endOf({ lastState }: ContainerStatus): { reason: string; at: string }[] {
  const end = lastState?.terminated;
  if (end === undefined) return [];
  const code = `exit code ${end.exitCode}`;
  const reason = end.reason === undefined || end.reason === 'Error' ? code : `${end.reason}, ${code}`;
  return [{ reason, at: end.finishedAt ?? '' }];
}
