import { isReady } from './is-ready.ts';
import { podState } from './pod-state.ts';
import type { Pod } from './pod.ts';
import { worstState, type WorkloadState } from './states.ts';
import { unready, type WorkloadScope } from './workload-scope.ts';

type Replicas = {
  wanted: number;
  /** Each has to be as many as wanted. */
  counts: number[];
  /** Old pods among them. */
  total: number;
};

/** Whether the pods of the newest revision, and no others, are there and ready. */
export function replicaState(
  { object, before }: WorkloadScope,
  pods: Pod[],
  { wanted, counts, total }: Replicas,
): WorkloadState {
  const worst = worstState(pods.map((pod) => podState(pod, object, before)));
  if (worst !== undefined && worst.outlook !== 'passing') return unready(worst);
  // The pods themselves too: after a restart of the cluster the workload's status is for a while that of before.
  const ready = pods.filter(isReady).length;
  if (counts.every((count) => count === wanted) && total === wanted && ready >= wanted) return { state: 'ready' };
  const old = total > wanted ? `, ${total - wanted} more still there` : '';
  const detail = `${Math.min(...counts, ready)} of ${wanted} ready${old}`;
  return unready(worst ?? { code: 'pods-missing', outlook: 'passing', object, detail });
}
