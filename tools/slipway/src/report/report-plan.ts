import { formatDifference } from '../diff/format-difference.ts';
import type { ObjectId } from '../inventory/inventory.ts';
import { SERVICE_LABEL } from '../manifests/labels.ts';
import type { PlannedObject } from '../pipeline/plan.ts';
import type { Reporter } from './reporter.ts';

/** What a deploy would change, object by object and field by field, and what it would prune. */
export function reportPlan(planned: PlannedObject[], stale: ObjectId[], report: Reporter): void {
  const different = planned.filter(({ outcome }) => outcome !== 'unchanged');
  for (const { object, outcome, differences } of different) {
    const who = object.metadata.labels?.[SERVICE_LABEL] ?? 'stack';
    const lines = differences.map((difference) => `  ${formatDifference(difference)}`);
    report.block(who, 'diff', [`${object.kind}/${object.metadata.name} would be ${outcome}`, ...lines].join('\n'));
  }
  for (const { kind, name } of stale) report.event('stack', 'diff', `${kind}/${name} would be pruned`);
  if (different.length + stale.length === 0) report.event('stack', 'diff', 'the cluster is what the files declare');
}

/** Prints every field that somebody else has set or added since the last deploy. */
export function reportForeign(planned: PlannedObject[], fate: string, report: Reporter): number {
  const lines = planned.flatMap(({ object, foreign }) =>
    foreign.map(
      ({ field, manager, how }) => `${object.kind}/${object.metadata.name} ${field} was ${how} by ${manager}`,
    ),
  );
  for (const line of lines) report.event('stack', 'apply', `${line}: ${fate}`);
  return lines.length;
}
