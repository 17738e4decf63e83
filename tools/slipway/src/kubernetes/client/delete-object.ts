import type { KubeApi } from './kube-api.ts';

/** What becomes of the objects that the deleted one owns: https://kubernetes.io/docs/concepts/architecture/garbage-collection/ */
export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

/** Deletes the object that has this uid, and not another of the same name that was made in between. Throws KubeError. */
export async function deleteObject(
  api: KubeApi,
  path: string,
  { uid, policy }: { uid: unknown; policy: PropagationPolicy },
): Promise<void> {
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: policy, preconditions: { uid } };
  await api.send('DELETE', path, options);
}
