import type { RolloutState, StateCode } from './states.ts';

/** The state in one sentence, with what it is about: `app in order-5c9-x2: ImagePullBackOff: no such host`. */
export function describeState(state: RolloutState): string {
  const detail = state.detail === '' ? '' : `: ${state.detail}`;
  return `${subjectOf(state)}: ${SENTENCES[state.code]}${detail}`;
}

/** What the state is about: a container, its pod, or the workload. */
function subjectOf({ object, pod, container }: RolloutState): string {
  if (pod === undefined) return `${object.kind}/${object.name}`;
  return container === undefined ? `pod ${pod}` : `${container} in ${pod}`;
}

export const SENTENCES: Record<StateCode, string> = {
  'not-observed': 'Kubernetes has not acted on the change yet',
  'pods-missing': 'its pods are not complete',
  'pods-forbidden': 'pods are refused',
  'pods-refused': 'pods cannot be created at the moment',
  'quota-exceeded': 'pods exceed a quota',
  'scheduling-gated': 'not scheduled before its scheduling gates are removed',
  unschedulable: 'no node takes it',
  'volume-unbound': 'its volume is not there',
  'volume-growing': 'its volume has not grown yet',
  'volume-not-mounted': 'a volume cannot be mounted',
  'sandbox-failed': 'its network or sandbox cannot be set up',
  starting: 'starting',
  'not-ready': 'running, not ready',
  'migrations-missing': 'running, not ready: the database lacks migrations',
  'image-unavailable': 'its image cannot be pulled',
  'image-name-invalid': 'its image has an invalid name',
  'config-missing': 'its environment refers to what does not exist',
  'container-not-created': 'it cannot be started',
  'container-crashing': 'ended',
  'out-of-memory': 'ran out of memory',
  'environment-refused': 'refuses its environment',
  'migration-failed': 'a migration failed',
  'job-running': 'has not completed',
  'job-failed': 'failed',
  'run-failed': 'its newest run failed',
};
