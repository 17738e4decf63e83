import { isServiceReady } from '../../kubernetes/rollout/is-service-ready.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import type { ServiceResult } from '../../services/run-in-dependency-order.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';

/** How a deploy ended: the services that are ready, on whichever revision, and those that it did not bring up to date. */
export function describeResults(results: ServiceResult[], view: StackView): string {
  const ready = results.filter(({ service }) => isServiceReady(view, service)).length;
  const behind = results
    .filter(({ status }) => status !== 'success')
    .map((result) => `${result.service} (${reason(result)})`);
  const rest = behind.length === 0 ? '' : `; not updated: ${behind.join(', ')}`;
  return `${ready} of ${results.length} services ready${rest}`;
}

function reason({ status, message, error }: ServiceResult): string {
  if (status === 'skipped') return message;
  return error instanceof ValidationError ? 'cannot be built' : 'failed';
}
