import type { V1DaemonSet, V1Deployment, V1Job, V1StatefulSet } from '@kubernetes/client-node';
import type { Live } from '../live.ts';
import type { ObservedBefore } from './observed-before.ts';
import type { Pod } from './pod.ts';
import type { StackView } from './stack-view.ts';
import type { RolloutState, WorkloadState } from './states.ts';

/** A workload whose state is asked for. `generation`, `uid`: those that were applied; other ones say nothing. */
export type WorkloadScope = {
  view: StackView;
  object: RolloutState['object'];
  generation: number;
  uid: string | undefined;
  before: ObservedBefore;
};

export function isObserved(workload: Live<V1Deployment | V1StatefulSet | V1DaemonSet>, scope: WorkloadScope): boolean {
  const { metadata, status } = workload;
  const isCurrent = (status?.observedGeneration ?? 0) >= Math.max(scope.generation, metadata.generation ?? 0);
  return isCurrent && isSame(workload, scope);
}

/** Whether it is the object that was applied, and not the one before it. */
export function isSame(
  { metadata }: Live<V1Deployment | V1StatefulSet | V1DaemonSet | V1Job>,
  { uid }: WorkloadScope,
): boolean {
  return uid === undefined || metadata.uid === uid;
}

export function notObserved(object: RolloutState['object']): WorkloadState {
  return unready({ code: 'not-observed', outlook: 'passing', object, detail: '' });
}

export function unready(reason: RolloutState): WorkloadState {
  return { state: 'unready', reason };
}

/** The pods of an owner that are not being deleted. Failed ones, e.g. evicted, are replaced, but by a Job. */
export function ownedPods(view: StackView, kind: string, name: string): Pod[] {
  return [...view.pods.values()].filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) &&
      (kind === 'Job' || status?.phase !== 'Failed'),
  );
}
