import { SYNCED_LABEL } from '../../kubernetes/labels.ts';
import { describeExit } from '../../kubernetes/rollout/container-state.ts';
import { isReady } from '../../kubernetes/rollout/is-ready.ts';
import { type ContainerStatus, containerStatuses, type Pod } from '../../kubernetes/rollout/pod.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import { REVISION_ANNOTATION } from '../../kubernetes/rollout/deployment-state.ts';
import { type WorkloadKind, workloadState } from '../../kubernetes/rollout/workload-state.ts';
import type { WorkloadStatus } from './stack-status.ts';

/** The state of one Deployment or StatefulSet. One that is not there, or is scaled to nothing, is not ready. */
export function workloadStatus(view: StackView, kind: 'Deployment' | 'StatefulSet', name: string): WorkloadStatus {
  const workload = (kind === 'Deployment' ? view.deployments : view.statefulSets).get(name);
  if (workload === undefined) return { kind, name, state: 'absent', podsReady: 0, podsWanted: 0, restarts: 0 };
  const { metadata, spec } = workload;
  const replicas = spec?.replicas ?? 1;
  const pods = podsOf(view, name);
  const image = spec?.template.spec?.containers[0]?.image;
  const revision = metadata.annotations?.[REVISION_ANNOTATION];
  return {
    kind,
    name,
    ...(replicas === 0 ? { state: 'off' } : stateOf(view, kind, name)),
    podsReady: pods.filter(isReady).length,
    podsWanted: replicas,
    ...(revision === undefined ? {} : { revision: Number(revision) }),
    ...(image === undefined ? {} : { image: image.slice(image.lastIndexOf(':') + 1) }),
    ...(metadata.labels?.[SYNCED_LABEL] === undefined ? {} : { isSynced: true }),
    ...restartsOf(pods),
  };
}

/** The state of what services add beside their Deployment and database; a Job counts its completions as pods. */
export function addedStatus(view: StackView, kind: WorkloadKind, name: string): WorkloadStatus {
  if (kind === 'Deployment' || kind === 'StatefulSet') return workloadStatus(view, kind, name);
  const [podsReady, podsWanted] = countsOf(view, kind, name);
  return { kind, name, ...stateOf(view, kind, name), podsReady, podsWanted, restarts: 0 };
}

function countsOf(view: StackView, kind: WorkloadKind, name: string): [ready: number, wanted: number] {
  const job = view.jobs.get(name);
  if (kind === 'Job') return [job?.status?.succeeded ?? 0, job?.spec?.completions ?? 1];
  const daemonSet = view.daemonSets.get(name)?.status;
  return kind === 'DaemonSet' ? [daemonSet?.numberReady ?? 0, daemonSet?.desiredNumberScheduled ?? 0] : [0, 0];
}

function stateOf(view: StackView, kind: WorkloadKind, name: string): Pick<WorkloadStatus, 'state' | 'reason'> {
  const state = workloadState(view, { kind, name, generation: 0 });
  if (state.state === 'ready') return { state: 'ready' };
  return { state: state.reason.outlook === 'passing' ? 'waiting' : 'failed', reason: state.reason };
}

function restartsOf(pods: Pod[]): Pick<WorkloadStatus, 'restarts' | 'lastEnd'> {
  const statuses = pods.flatMap(containerStatuses);
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const lastEnd = statuses
    .flatMap(endOf)
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .at(0);
  return { restarts, ...(lastEnd === undefined ? {} : { lastEnd }) };
}

function endOf({ lastState }: ContainerStatus): { reason: string; at: string }[] {
  const end = lastState?.terminated;
  return end === undefined ? [] : [{ reason: describeExit(end), at: end.finishedAt ?? '' }];
}
