import { rollout, type RolloutScope } from '../../kubernetes/rollout/wait-for-rollout.ts';
import type { WorkloadId } from '../../kubernetes/rollout/workload-state.ts';
import type { Reporter } from '../report/reporter.ts';

/** Waits until the workload is ready, and reports as `who` what it waits for. Throws RolloutError. */
export function followRollout(
  context: RolloutScope & { report: Reporter },
  workload: WorkloadId,
  who = workload.name,
): Promise<void> {
  return rollout(context, workload, (waitingFor, state) =>
    context.report.event(who, 'rollout', `waiting for ${waitingFor}`, state),
  );
}
