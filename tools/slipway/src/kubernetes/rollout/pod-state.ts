import { containerState } from './container-state.ts';
import type { ObservedBefore } from './observed-before.ts';
import { containerStatuses, type Pod } from './pod.ts';
import { type RolloutState, worstState } from './states.ts';

/** Why a pod of the workload is not ready: the worst of its containers, or what keeps it from a node. */
export function podState(pod: Pod, object: RolloutState['object'], before: ObservedBefore): RolloutState | undefined {
  const base = { object, pod: pod.metadata.name };
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    const code = scheduled.reason === 'SchedulingGated' ? 'scheduling-gated' : 'unschedulable';
    return { ...base, code, outlook: 'passing', detail: scheduled.message ?? '' };
  }
  const states = containerStatuses(pod).map((status): RolloutState | undefined => {
    const state = containerState(pod, status, before);
    return state === undefined ? undefined : { ...base, container: status.name, ...state };
  });
  return worstState(states) ?? (isReadyOrDone(pod) ? undefined : unnamed(pod, base));
}

function isReadyOrDone({ status }: Pod): boolean {
  return (
    status?.phase === 'Succeeded' ||
    status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true
  );
}

/** A pod whose containers say nothing: the kubelet has not seen it yet, or a readiness gate keeps it. */
function unnamed({ status }: Pod, base: Pick<RolloutState, 'object' | 'pod'>): RolloutState {
  const gate = status?.conditions?.find(({ type, reason }) => type === 'Ready' && reason === 'ReadinessGatesNotReady');
  if (gate !== undefined) return { ...base, code: 'not-ready', outlook: 'passing', detail: gate.message ?? '' };
  return { ...base, code: 'starting', outlook: 'passing', detail: status?.phase ?? '' };
}
