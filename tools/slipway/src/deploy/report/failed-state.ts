import type { RolloutState } from '../../kubernetes/rollout/states.ts';
import { RolloutError } from '../../kubernetes/rollout/wait-for-rollout.ts';

/** The state that a rollout failed with; undefined for every other error. */
export function failedState(error: unknown): RolloutState | undefined {
  return error instanceof RolloutError ? error.state : undefined;
}
