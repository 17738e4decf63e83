import type { Pod } from '../../kubernetes/rollout/pod.ts';

/** One run of a container, from its start to its end. */
export type ContainerRun = { id: string; pod: string; container: string; isPrevious: boolean };

/** The runs of a pod's containers whose logs the kubelet has: the last of each, with `previous` the one before it too. */
export function containerRuns({ metadata: { name, uid }, status }: Pod, previous: boolean): ContainerRun[] {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.flatMap(({ name: container, restartCount, state, lastState }) => {
    const run = (count: number, isPrevious: boolean) => ({
      id: `${String(uid)}/${container}/${count}`,
      pod: name,
      container,
      isPrevious,
    });
    const hasRun = state?.waiting === undefined;
    const hasRunBefore = lastState?.terminated !== undefined;
    return [
      ...(previous && hasRun && hasRunBefore ? [run(restartCount - 1, true)] : []),
      // While it waits for its next start, the log is that of the run that ended.
      ...(hasRun || hasRunBefore ? [run(restartCount, false)] : []),
    ];
  });
}

/** Whether the pod still runs exactly this run. */
export function isRunning(pod: Pod | undefined, run: ContainerRun): boolean {
  if (pod === undefined || run.isPrevious) return false;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return (
    containerRuns(pod, false).some(({ id }) => id === run.id) &&
    statuses.some(({ name, state }) => name === run.container && state?.running !== undefined)
  );
}
