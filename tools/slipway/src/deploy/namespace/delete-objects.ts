import { deleteObject } from '../../kubernetes/client/delete-object.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { KubeError } from '../../kubernetes/client/kube-error.ts';
import type { LiveObject } from '../../kubernetes/client/namespace-contents.ts';

/** Deletes each object as it was looked at, and not another of the same name that was made in between. */
export async function deleteObjects(api: KubeApi, entries: LiveObject[]): Promise<void> {
  await Promise.all(
    entries.map(async ({ path, object }) => {
      await deleteObject(api, path, { uid: object.metadata.uid, policy: 'Background' }).catch((error: unknown) => {
        if (!(error instanceof KubeError && [404, 409].includes(error.status))) throw error;
      });
    }),
  );
}
