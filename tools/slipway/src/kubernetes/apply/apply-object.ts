import { FIELD_MANAGER, handedOver } from './managed-fields/managed-fields.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { KubeError } from '../client/kube-error.ts';
import { retryConflicts } from '../client/retry-conflicts.ts';

/** A field that another field manager has set or added since: `.spec.replicas` by `kubectl-edit`. */
export type DriftedField = { field: string; manager: string; how: 'set' | 'added' };

/** `foreign`: what was, or in a dry run would be, reverted. */
export type Answer = { object: KubernetesObject; foreign: DriftedField[] };

/**
 * Server-side apply of raw JSON, strict: an unknown field is an error. Takes back what others own. In a dry run the API
 * server checks and answers, and stores nothing. Throws KubeError.
 */
export async function applyObject(
  api: KubeApi,
  path: string,
  object: KubernetesObject,
  { dryRun }: { dryRun: boolean },
): Promise<Answer> {
  const patch = (force: boolean) => {
    const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', force: String(force) });
    if (dryRun) query.set('dryRun', 'All');
    return api.send<KubernetesObject>('PATCH', `${path}?${query}`, object, 'application/apply-patch+yaml');
  };
  let foreign: DriftedField[] = [];
  const applied = await patch(false).catch((error: unknown) => {
    foreign = driftedFields(error);
    if (foreign.length === 0) throw error;
    return patch(true);
  });
  return { object: applied, foreign };
}

function driftedFields(error: unknown): DriftedField[] {
  if (!(error instanceof KubeError) || error.status !== 409) return [];
  return error.causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => ({ field, manager: /"([^"]+)"/.exec(message)?.[1] ?? message, how: 'set' }));
}

/**
 * Makes what other field managers have set in the live object slipway's own, without changing a value: the apply that follows then
 * removes, in one write, what is not declared. Throws KubeError.
 */
export function takeOver(api: KubeApi, path: string): Promise<void> {
  return retryConflicts(async () => {
    const live = await api.get<KubernetesObject>(path);
    const managedFields = live && handedOver(live);
    if (live === undefined || managedFields === undefined) return;
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      // The server refuses another version than the present one.
      { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    ];
    const query = new URLSearchParams({ fieldManager: FIELD_MANAGER });
    await api.send('PATCH', `${path}?${query}`, patch, 'application/json-patch+json');
  });
}
