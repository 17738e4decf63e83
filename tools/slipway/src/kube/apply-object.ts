import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import type { KubeApi } from './kube-api.ts';

/** The name under which the API server remembers which fields are slipway's. */
export const FIELD_MANAGER = 'slipway';

export type Outcome = 'created' | 'changed' | 'unchanged';

/**
 * Server-side apply, strict: an unknown field is an error. Fields that others own are taken back. `unchanged` means the
 * API server stored nothing.
 */
export async function applyObject(api: KubeApi, path: string, object: KubernetesObject): Promise<Outcome> {
  const before = await api.get<KubernetesObject>(path);
  const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, force: 'true', fieldValidation: 'Strict' });
  const after = await api.send<KubernetesObject>('PATCH', `${path}?${query}`, object, 'application/apply-patch+yaml');
  if (before === undefined) return 'created';
  return before.metadata.resourceVersion === after.metadata.resourceVersion ? 'unchanged' : 'changed';
}
