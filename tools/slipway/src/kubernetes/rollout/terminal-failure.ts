import type { ContainerStatus, Pod } from './pod.ts';

/** A state that waiting does not heal. */
export type Fatal = { pod: string; container: string; reason: string };

/** Not ErrImagePull: a registry may answer the next time; if not, ImagePullBackOff follows. */
const FATAL_WAITS = [
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
];
/** The kubelet's own trouble, which it gets over by itself. */
const PASSING = /failed to sync (configmap|secret) cache/;
/** A container that ended with its node: the runtime does not know how. That is nothing the container did. */
const ENDED_WITH_NODE = ['Unknown', 'ContainerStatusUnknown'];
/** What a service exits with when its environment is wrong (EX_CONFIG): starting it again changes nothing. */
const EXIT_CONFIG = 78;

/** The first container of the pod that cannot heal by waiting, init containers first. */
export function findTerminalFailure(pod: Pod): Fatal | undefined {
  const init = pod.status?.initContainerStatuses ?? [];
  const containers = pod.status?.containerStatuses ?? [];
  for (const status of [...init, ...containers]) {
    const reason = fatalReason(status, init.includes(status));
    if (reason !== undefined) return { pod: pod.metadata.name, container: status.name, reason };
  }
  return undefined;
}

function fatalReason({ state, lastState, restartCount }: ContainerStatus, isInit: boolean): string | undefined {
  const waiting = state?.waiting;
  const ended = state?.terminated ?? lastState?.terminated;
  const exit =
    ended === undefined
      ? ''
      : `exit code ${ended.exitCode}${ended.reason === undefined || ended.reason === 'Error' ? '' : `, ${ended.reason}`}`;
  if (PASSING.test(waiting?.message ?? '')) return undefined;
  if (waiting?.reason !== undefined && FATAL_WAITS.includes(waiting.reason)) {
    const detail = waiting.reason === 'CrashLoopBackOff' ? exit : (waiting.message ?? '');
    return detail === '' ? waiting.reason : `${waiting.reason}: ${detail}`;
  }
  if (ENDED_WITH_NODE.includes(ended?.reason ?? '')) return undefined;
  // A migration waits for its database by itself: when it fails, its statement failed.
  if (isInit && state?.terminated !== undefined)
    return state.terminated.exitCode === 0 ? undefined : `failed with ${exit}`;
  if (ended?.exitCode === EXIT_CONFIG && state?.running === undefined) return `refused its environment (${exit})`;
  if (restartCount >= 2 && state?.running === undefined && ended !== undefined) return `keeps ending: ${exit}`;
  return undefined;
}
