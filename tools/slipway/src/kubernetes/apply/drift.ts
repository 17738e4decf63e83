import { isDeepStrictEqual } from 'node:util';
import { type Difference, diffObjects } from './diff/diff-objects.ts';
import { members, roots, subtract, union } from './managed-fields/field-set.ts';
import { fieldValue, formatFieldPath, withoutFields } from './managed-fields/field-value.ts';
import { FIELD_MANAGER, LAST_APPLIED, ownFields, driftedFields } from './managed-fields/managed-fields.ts';
import type { DriftedField } from './apply-object.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { retryConflicts } from '../client/retry-conflicts.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

const DRY_RUN = new URLSearchParams({ fieldManager: FIELD_MANAGER, dryRun: 'All' });

/** What other field managers have added, and what taking it away would change. */
export type Additions = { fields: DriftedField[]; differences: Difference[] };

/**
 * Undeclared fields that other field managers have added to a live object; `applied` is the answer to our dry run. An
 * apply alone does not remove such fields.
 */
export async function additions(api: KubeApi, path: string, applied: KubernetesObject): Promise<Additions> {
  const own = ownFields(applied);
  const drifted = driftedFields(applied).map(({ manager, fields }) => ({ manager, added: subtract(fields, own) }));
  const candidates = drifted.flatMap(({ manager, added }) => members(added).map((field) => ({ manager, field })));
  if (candidates.length === 0) return { fields: [], differences: [] };
  const paths = roots(drifted.map(({ added }) => added).reduce(union));
  const [live, rest] = await retryConflicts(async () => {
    const present = (await api.get<KubernetesObject>(path)) ?? applied;
    return [present, await api.send<KubernetesObject>('PUT', `${path}?${DRY_RUN}`, withoutFields(present, paths))];
  });
  // What comes back is a default: `kubectl apply` and `kubectl create` own those too, and they say nothing.
  const fields = candidates.filter(({ field }) => !isDeepStrictEqual(fieldValue(live, field), fieldValue(rest, field)));
  // kubectl's own copy of the object: removed silently, and no reason to refuse.
  const added = fields.filter(({ field }) => !isDeepStrictEqual(field, LAST_APPLIED));
  return {
    fields: added.map(({ manager, field }) => ({ manager, field: formatFieldPath(field), how: 'added' })),
    differences: fields.length === 0 ? [] : diffObjects(live, rest),
  };
}

/** What others have set in a live object that goes as a whole. */
export function allDrift(live: KubernetesObject): DriftedField[] {
  return driftedFields(live).flatMap(({ manager, fields }) =>
    members(fields).map((field) => ({ manager, field: formatFieldPath(field), how: 'set' as const })),
  );
}
