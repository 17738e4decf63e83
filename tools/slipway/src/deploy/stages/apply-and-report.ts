import { apply, type Generations } from '../../kubernetes/apply/apply-changes.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import type { StackContext } from '../context/deploy-context.ts';

/** Applies what differs, and reports it as `who`. */
export async function applyAndReport(
  { api, report }: Pick<StackContext, 'api' | 'report'>,
  who: string,
  planned: PlannedObject[],
): Promise<Generations> {
  const generations = await apply(api, planned);
  const changed = planned.filter(({ outcome }) => outcome !== 'unchanged');
  const names = changed.map(({ object, outcome }) => `${object.kind}/${object.metadata.name} ${outcome}`);
  if (names.length > 0) report.event(who, 'apply', names.join(', '));
  return generations;
}
