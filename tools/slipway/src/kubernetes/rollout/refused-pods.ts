import type { RolloutState } from './states.ts';

/** The API server's words: Kubernetes gives the reason FailedCreate to all of these. */
const QUOTA = /exceeded quota|maximum .* usage per/;
const FORBIDDEN = /violates PodSecurity|is invalid:|admission webhook .* denied the request/;

/** Why the pods of a workload are not created, by what the API server said to its controller. */
export function refusedPods(object: RolloutState['object'], detail: string): RolloutState {
  if (QUOTA.test(detail)) return { code: 'quota-exceeded', outlook: 'passing', object, detail };
  if (FORBIDDEN.test(detail)) return { code: 'pods-forbidden', outlook: 'final', object, detail };
  return { code: 'pods-refused', outlook: 'passing', object, detail };
}
