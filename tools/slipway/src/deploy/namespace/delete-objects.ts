import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { KubeError } from '../../kubernetes/client/kube-error.ts';
import type { LiveObject } from '../../kubernetes/client/namespace-contents.ts';

/** Deletes each object as it was looked at, and not another of the same name that was made in between. */
export async function deleteObjects(api: KubeApi, entries: LiveObject[]): Promise<void> {
  await Promise.all(
    entries.map(async ({ path, object }) => {
      const preconditions = { uid: object.metadata.uid };
      const options = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', preconditions };
      await api.send('DELETE', path, options).catch((error: unknown) => {
        if (!(error instanceof KubeError && [404, 409].includes(error.status))) throw error;
      });
    }),
  );
}
