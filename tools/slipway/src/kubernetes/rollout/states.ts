/** The reasons why a workload is not ready. Data only: hints.ts and describe-state.ts have the words. */
export type RolloutState = {
  code: StateCode;
  outlook: Outlook;
  /** The workload that is not ready. */
  object: { kind: string; name: string };
  pod?: string;
  container?: string;
  /** The words of Kubernetes or of the process, for people alone. */
  detail: string;
};

/**
 * `passing`: waiting may help, and is bounded by the deadline alone. `standing`: Kubernetes retries, so it counts
 * as failed only after it has lasted for a while. `final`: only a change by the user helps.
 */
export type Outlook = 'passing' | 'standing' | 'final';

export type StateCode = (typeof STATE_CODES)[number];

export const STATE_CODES = [
  'not-observed',
  'pods-missing',
  'pods-forbidden',
  'pods-refused',
  'quota-exceeded',
  'scheduling-gated',
  'unschedulable',
  'volume-unbound',
  'volume-growing',
  'volume-not-mounted',
  'sandbox-failed',
  'starting',
  'not-ready',
  'migrations-missing',
  'image-unavailable',
  'image-name-invalid',
  'config-missing',
  'container-not-created',
  'container-crashing',
  'out-of-memory',
  'environment-refused',
  'migration-failed',
  'job-running',
  'job-failed',
  'run-failed',
] as const;

/** How far a workload is. */
export type WorkloadState = { state: 'ready' } | { state: 'unready'; reason: RolloutState };

const RANK: Record<Outlook, number> = { passing: 0, standing: 1, final: 2 };

/** The state with the worst outlook, the first of several. */
export function worstState(states: (RolloutState | undefined)[]): RolloutState | undefined {
  return states
    .filter((state) => state !== undefined)
    .reduce<RolloutState | undefined>(
      (worst, state) => (worst === undefined || RANK[state.outlook] > RANK[worst.outlook] ? state : worst),
      undefined,
    );
}
