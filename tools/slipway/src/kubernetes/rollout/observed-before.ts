import { containerStatuses } from './pod.ts';
import type { ContainerStatus, Pod } from './pod.ts';
import type { StackView } from './stack-view.ts';

/** What had happened before a deploy: it is no verdict on what the deploy has brought. */
export type ObservedBefore = {
  /** How often the container had been restarted. */
  restarts: (pod: Pod, container: ContainerStatus) => number;
  /** Whether the container's present or last end, with its time, is from then. */
  hasEnded: (pod: Pod, container: ContainerStatus) => boolean;
  /** Whether the ReplicaSet's condition has been the same since. */
  hasRefused: (replicaSet: string, since: string | undefined) => boolean;
  /** Whether the Job was there. */
  hasJob: (uid: string | undefined) => boolean;
};

/** For looking at a stack without a deploy: everything counts. */
export const NOTHING_BEFORE: ObservedBefore = {
  restarts: () => 0,
  hasEnded: () => false,
  hasRefused: () => false,
  hasJob: () => false,
};

/** Remembers what the view shows now. */
export function observedBefore(view: StackView): ObservedBefore {
  const restarts = new Map<string, number>();
  const ends = new Set<string>();
  for (const pod of view.pods.values()) {
    for (const container of containerStatuses(pod)) {
      restarts.set(keyOf(pod, container), container.restartCount);
      ends.add(endOf(pod, container));
    }
  }
  const refusals = new Set(
    [...view.replicaSets.values()].flatMap(({ metadata, status }) =>
      (status?.conditions ?? []).map(({ lastTransitionTime }) => `${metadata.name} ${lastTransitionTime}`),
    ),
  );
  const jobs = new Set([...view.jobs.values()].map(({ metadata }) => metadata.uid));
  return {
    restarts: (pod, container) => restarts.get(keyOf(pod, container)) ?? 0,
    hasEnded: (pod, container) => ends.has(endOf(pod, container)),
    hasRefused: (replicaSet, since) => refusals.has(`${replicaSet} ${since}`),
    hasJob: (uid) => jobs.has(uid),
  };
}

function keyOf({ metadata }: Pod, { name }: ContainerStatus): string {
  return `${metadata.uid} ${name}`;
}

function endOf(pod: Pod, container: ContainerStatus): string {
  const { state, lastState, restartCount } = container;
  const ended = state?.terminated ?? lastState?.terminated;
  return `${keyOf(pod, container)} ${restartCount} ${ended?.finishedAt}`;
}
