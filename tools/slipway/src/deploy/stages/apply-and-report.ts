import { apply, type Applied } from '../../kubernetes/apply/apply-changes.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import type { StackContext } from '../context/deploy-context.ts';

/** Applies what differs, and reports it as `who`. */
export async function applyAndReport(
  { api, report, timeoutMs }: Pick<StackContext, 'api' | 'report' | 'timeoutMs'>,
  who: string,
  planned: PlannedObject[],
): Promise<Map<string, Applied>> {
  const idOf = ({ object }: PlannedObject) => `${object.kind}/${object.metadata.name}`;
  const begin = (entry: PlannedObject) =>
    report.event(who, 'apply', `${idOf(entry)} is deleted and made anew: ${entry.recreation!.effect}`);
  const applied = await apply(api, planned, { timeoutMs, begin });
  const changed = planned.filter(({ outcome }) => outcome !== 'unchanged');
  const names = changed.map((entry) => `${idOf(entry)} ${entry.outcome}`);
  if (names.length > 0) report.event(who, 'apply', names.join(', '));
  return applied;
}
