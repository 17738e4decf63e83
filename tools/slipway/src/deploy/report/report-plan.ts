import { formatDifference } from '../../kubernetes/apply/diff/format-difference.ts';
import type { LostLogin } from '../database/lost-logins.ts';
import type { ObjectId } from '../../kubernetes/apply/inventory/inventory.ts';
import { VOLUME_CLAIM } from '../../kubernetes/apply/inventory/volume-claims.ts';
import { SERVICE_LABEL } from '../../kubernetes/labels.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import type { Reporter } from './reporter.ts';

/** What pruning takes away, and the claims on volumes that stay. */
export type PrunePlan = { stale: ObjectId[]; kept: { claim: string; hint: string }[] };

/** What is said where a deploy would change nothing. */
export const UNCHANGED = 'the cluster is what the files declare';

/** What a deploy would change, object by object and field by field, and what it would prune. */
export function reportPlan(planned: PlannedObject[], { stale, kept }: PrunePlan, report: Reporter): void {
  const different = planned.filter(({ outcome }) => outcome !== 'unchanged');
  for (const { object, outcome, recreation, differences, ownership } of different) {
    const who = object.metadata.labels?.[SERVICE_LABEL] ?? 'stack';
    const lines = [
      ...differences.map((difference) => `  ${formatDifference(difference)}`),
      ...(ownership?.gained ?? []).map((field) => `  = ${field}: becomes slipway's, with the value that it has`),
      ...(ownership?.released ?? []).map((field) => `  = ${field}: is left to its other field managers`),
    ];
    const effect = recreation === undefined ? '' : `: ${recreation.effect}`;
    const what = `${object.kind}/${object.metadata.name} would be ${outcome}${effect}`;
    report.block(who, 'diff', [what, ...lines].join('\n'));
  }
  const pruned = stale.filter(({ kind }) => kind !== VOLUME_CLAIM);
  for (const { kind, name } of pruned) report.event('stack', 'diff', `${kind}/${name} would be pruned`);
  for (const { claim, hint } of kept) report.event('stack', 'diff', `${VOLUME_CLAIM}/${claim} would be kept: ${hint}`);
  if (different.length + stale.length === 0) report.event('stack', 'diff', UNCHANGED);
}

/** Databases that a deploy would give another password. */
export function reportLostLogins(lost: LostLogin[], report: Reporter): void {
  for (const { service, claim } of lost) {
    const what = `${claim} is older than its Secret, which is gone: a deploy sets another password in the database`;
    report.event(service, 'diff', what);
  }
}

/** Prints every field that another field manager has set or added since the last deploy. */
export function reportDrift(planned: PlannedObject[], fate: string, report: Reporter): number {
  const lines = planned.flatMap(({ object, foreign }) =>
    foreign.map(
      ({ field, manager, how }) => `${object.kind}/${object.metadata.name} ${field} was ${how} by ${manager}`,
    ),
  );
  for (const line of lines) report.event('stack', 'apply', `${line}: ${fate}`);
  return lines.length;
}
