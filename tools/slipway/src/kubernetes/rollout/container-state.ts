import type { ContainerStatus, Pod } from './pod.ts';
import type { ObservedBefore } from './observed-before.ts';
import type { Outlook, RolloutState, StateCode } from './states.ts';

/** What the code, the outlook and the detail of a container's state are. */
export type ContainerState = Pick<RolloutState, 'code' | 'outlook' | 'detail'>;

/** The kubelet's reasons for a container that waits. Not among them: those that say that it is on its way. */
const WAITS: Record<string, [StateCode, Outlook]> = {
  // A registry may answer the next time; if not, ImagePullBackOff follows.
  ErrImagePull: ['image-unavailable', 'passing'],
  ImagePullBackOff: ['image-unavailable', 'standing'],
  // A deploy may have sent the image a moment ago.
  ErrImageNeverPull: ['image-unavailable', 'standing'],
  InvalidImageName: ['image-name-invalid', 'final'],
  // An operator may be about to create the Secret.
  CreateContainerConfigError: ['config-missing', 'standing'],
  CreateContainerError: ['container-not-created', 'standing'],
  RunContainerError: ['container-not-created', 'standing'],
};
/** Temporary problems of the kubelet itself. */
const PASSING = /failed to sync (configmap|secret) cache/;
/** A container that ended with its node: the runtime does not know how. That is nothing the container did. */
const ENDED_WITH_NODE = ['Unknown', 'ContainerStatusUnknown'];
/** What slipway's own containers exit with when their environment is wrong: starting them again changes nothing. */
const EXIT_CONFIG = 78;
/** What `migrate` exits with when its database has not come: another try may find it. */
const EXIT_UNAVAILABLE = 69;
const OWN_CONTAINERS = ['app', 'migrate'];
/** Kubernetes starts a container again after 10, 20 and 40 s: what has ended four times keeps ending. */
const RESTARTS_GRANTED = 3;

/** Why the container is not ready, or undefined when it is, or has done its work. */
export function containerState(pod: Pod, status: ContainerStatus, before: ObservedBefore): ContainerState | undefined {
  const { state, lastState, name } = status;
  const waiting = state?.waiting;
  const isInit = isInitContainer(pod, status);
  const isSidecar = isInit && specOf(pod, name)?.restartPolicy === 'Always';
  if (isSidecar && status.started === true) return undefined;
  if (isInit && !isSidecar && state?.terminated?.exitCode === 0) return undefined;
  if (!isInit && status.ready) return undefined;

  const [code, outlook] = WAITS[waiting?.reason ?? ''] ?? [];
  if (code !== undefined && outlook !== undefined && !PASSING.test(waiting?.message ?? '')) {
    return { code, outlook, detail: [waiting?.reason, waiting?.message].filter(Boolean).join(': ') };
  }
  const ended = state?.terminated ?? lastState?.terminated;
  if (ended === undefined || ENDED_WITH_NODE.includes(ended.reason ?? '') || PASSING.test(waiting?.message ?? '')) {
    return runningState(status, isInit);
  }
  const end = endedState(pod, status, ended, before);
  if (state?.running === undefined) return end;
  // It runs again: whether it stays is open. That it ran out of memory is worth knowing until it is ready.
  return end.code === 'out-of-memory' && !before.hasEnded(pod, status)
    ? { ...end, outlook: 'passing', detail: `${end.detail}; it was started again` }
    : runningState(status, isInit);
}

type Ended = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

function endedState(pod: Pod, status: ContainerStatus, ended: Ended, before: ObservedBefore): ContainerState {
  const exit = describeExit(ended);
  const isOld = before.hasEnded(pod, status);
  const isOwn = OWN_CONTAINERS.includes(status.name);
  if (isOwn && ended.exitCode === EXIT_CONFIG) {
    return { code: 'environment-refused', outlook: isOld ? 'passing' : 'final', detail: exit };
  }
  // A migration waits for locks: if it fails, its statement failed.
  const isUnavailable = ended.exitCode === EXIT_UNAVAILABLE;
  const isMigration = isInitContainer(pod, status) && status.name === 'migrate';
  if (isMigration && !isUnavailable && ended.exitCode > 0 && ended.exitCode < 128) {
    return { code: 'migration-failed', outlook: isOld ? 'passing' : 'final', detail: exit };
  }
  const restarts = status.restartCount - before.restarts(pod, status);
  // How often a Job's pod may fail is for the Job to say.
  const isRetriedByJob = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job') === true;
  const outlook = restarts >= RESTARTS_GRANTED && !isRetriedByJob ? 'final' : 'passing';
  const reason = [status.state?.waiting?.reason, exit].filter(Boolean).join(': ');
  const times = status.restartCount === 0 ? '' : `, restarted ${status.restartCount} times`;
  if (ended.reason === 'OOMKilled') {
    const limit = specOf(pod, status.name)?.resources?.limits?.memory;
    const bound = limit === undefined ? 'the memory of its node' : `resources.limits.memory ${limit}`;
    return { code: 'out-of-memory', outlook, detail: `${reason}, at ${bound}${times}` };
  }
  return { code: 'container-crashing', outlook, detail: `${reason}${times}` };
}

function runningState({ state }: ContainerStatus, isInit: boolean): ContainerState {
  const isRunning = state?.running !== undefined;
  if (isRunning && !isInit) return { code: 'not-ready', outlook: 'passing', detail: '' };
  const detail = isRunning ? 'running' : (state?.waiting?.reason ?? '');
  return { code: 'starting', outlook: 'passing', detail };
}

/** `exit code 137, OOMKilled`. */
export function describeExit({ exitCode, reason }: Pick<Ended, 'exitCode' | 'reason'>): string {
  return `exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : `, ${reason}`}`;
}

function isInitContainer(pod: Pod, status: ContainerStatus): boolean {
  return pod.status?.initContainerStatuses?.includes(status) === true;
}

function specOf({ spec }: Pod, name: string) {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find((container) => container.name === name);
}
