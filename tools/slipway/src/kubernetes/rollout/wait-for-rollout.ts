import { UserError } from '@slipway/util/errors';
import type { KubeApi } from '../client/kube-api.ts';
import { describeState } from './describe-state.ts';
import { diagnose } from './diagnose.ts';
import { explainState } from './explain-state.ts';
import { hintOf } from './hints.ts';
import { type ObservedBefore, observedBefore } from './observed-before.ts';
import { DeadlineError } from './changes.ts';
import type { StackView } from './stack-view.ts';
import type { RolloutState, StateCode, WorkloadState } from './states.ts';
import { type WorkloadId, workloadState } from './workload-state.ts';

/**
 * How often an unchanged state is diagnosed, and how long a state that Kubernetes retries may last, ms. The kubelet
 * retries after 10 and 20 s.
 */
const TIMING = { lookMs: 5_000, standingMs: 30_000 };

const CRASHES: StateCode[] = ['container-crashing', 'out-of-memory'];

/** Where a rollout is watched; it is given up after `timeoutMs`. `before`: what is no verdict on it, by default all there is now. */
export type RolloutScope = {
  api: KubeApi;
  view: StackView;
  stack: string;
  timeoutMs: number;
  timing?: typeof TIMING;
  before?: ObservedBefore;
};

/** Receives the reason for waiting, in words and as data, whenever it changes. */
export type RolloutProgress = (waitingFor: string, state: RolloutState) => void;

/** A workload that did not become ready: `state` says why; the message adds warnings and the end of the log. */
export class RolloutError extends UserError {
  override name = 'RolloutError';
  readonly state: RolloutState;

  constructor(message: string, hint: string, state: RolloutState) {
    super(message, { hint });
    this.state = state;
  }
}

/**
 * Waits until the newest revision of the workload is ready, or a Job has completed. Throws RolloutError at once for what
 * only a change helps, after a while for what Kubernetes tries again in vain, and at the deadline; the old pods stay.
 */
export async function rollout(scope: RolloutScope, workload: WorkloadId, progress: RolloutProgress): Promise<void> {
  const { api, view, timeoutMs, timing: { lookMs, standingMs } = TIMING } = scope;
  const before = scope.before ?? observedBefore(view);
  const begin = performance.now();
  const elapsed = () => performance.now() - begin;
  let watched: WorkloadState | undefined;
  let last: RolloutState | undefined;
  let since = 0;

  while (true) {
    const state = await nextState(view, workload, before, {
      seen: watched,
      waitMs: Math.min(lookMs, timeoutMs - elapsed()),
    });
    if (state.state === 'ready') return;
    const hasChanged = watched === undefined || keyOf(watched) !== keyOf(state);
    watched = state;
    // At once for what is clear; what has not changed for a while is asked.
    const reason = hasChanged ? state.reason : await diagnose(scope, state.reason);
    if (last?.code !== reason.code || last.pod !== reason.pod || last.container !== reason.container) since = elapsed();
    if (last === undefined || describeState(last) !== describeState(reason)) {
      // A first crash is reported with its log while Kubernetes retries: the log usually names the cause.
      const isFirstCrash = CRASHES.includes(reason.code) && last?.code !== reason.code && reason.outlook === 'passing';
      progress(isFirstCrash ? await explainState(api, view.stack, reason) : describeState(reason), reason);
    }
    last = reason;
    const hasStood = reason.outlook === 'standing' && elapsed() - since >= standingMs;
    if (reason.outlook === 'final' || hasStood) throw await failure(api, view.stack, reason);
    if (elapsed() >= timeoutMs) {
      throw await failure(
        api,
        view.stack,
        await diagnose(scope, reason),
        `not ready after ${Math.round(timeoutMs / 1000)} s: `,
      );
    }
  }
}

/** The workload's state when it differs from what was `seen`, or after `waitMs`. */
async function nextState(
  view: StackView,
  workload: WorkloadId,
  before: ObservedBefore,
  { seen, waitMs }: { seen: WorkloadState | undefined; waitMs: number },
): Promise<WorkloadState> {
  const read = () => workloadState(view, workload, before);
  const changed = () => {
    const state = read();
    return seen === undefined || keyOf(state) !== keyOf(seen) ? state : undefined;
  };
  try {
    return await view.until(changed, Math.max(waitMs, 0));
  } catch (error) {
    if (error instanceof DeadlineError) return read();
    throw error;
  }
}

function keyOf(state: WorkloadState): string {
  return JSON.stringify(state);
}

async function failure(api: KubeApi, stack: string, state: RolloutState, prefix = ''): Promise<RolloutError> {
  const text = await explainState(api, stack, state);
  return new RolloutError(`${prefix}${text}`, hintOf(state, { context: api.context, stack }), state);
}
