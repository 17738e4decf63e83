import type { KubernetesObject } from '../../kubernetes-object.ts';
import { type FieldSet, members, subtract } from './field-set.ts';
import { formatFieldPath } from './field-value.ts';
import { ownFields } from './managed-fields.ts';

/** Fields that become slipway's, and that cease to be, by an apply: `.spec.replicas`. */
export type OwnershipChange = { gained: string[]; released: string[] };

/** `applied`: the answer to an apply, also in a dry run. Undefined when the same fields are slipway's as before. */
export function ownershipChange(live: KubernetesObject, applied: KubernetesObject): OwnershipChange | undefined {
  const [before, after] = [ownFields(live), ownFields(applied)];
  const change = { gained: without(after, before), released: without(before, after) };
  return change.gained.length + change.released.length === 0 ? undefined : change;
}

function without(set: FieldSet, others: FieldSet): string[] {
  return members(subtract(set, others)).map(formatFieldPath);
}
