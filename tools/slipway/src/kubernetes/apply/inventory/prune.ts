import { ownFields } from '../managed-fields/managed-fields.ts';
import { deleteObject } from '../../client/delete-object.ts';
import type { KubeApi } from '../../client/kube-api.ts';
import { resourcePaths } from '../../client/resource-paths.ts';
import type { KubernetesObject } from '../../kubernetes-object.ts';
import { MANAGED_BY_LABEL, SERVICE_LABEL } from '../../labels.ts';
import { type ObjectId, sameObject, STACK } from './inventory.ts';
import { VOLUME_CLAIM } from './volume-claims.ts';

/** What the inventory lists and the files no longer declare. */
export function orphanedObjects(listed: ObjectId[], declared: ObjectId[]): ObjectId[] {
  return listed.filter((object) => !declared.some((other) => sameObject(object, other)));
}

/**
 * Deletes `objects` if they still are `owner`'s, a service or STACK: objects that another manager created or took over
 * stay, and so do volume claims. Returns the deleted objects.
 */
export async function prune(api: KubeApi, owner: string, objects: ObjectId[]): Promise<ObjectId[]> {
  const pathOf = resourcePaths(api);
  const deleted: ObjectId[] = [];
  for (const object of objects.filter(({ kind }) => kind !== VOLUME_CLAIM)) {
    const { apiVersion, kind, name, namespace } = object;
    const path = await pathOf({
      apiVersion,
      kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    });
    const live = await api.get<KubernetesObject>(path);
    if (live === undefined || !isOf(live, owner)) continue;
    await deleteObject(api, path, { uid: live.metadata.uid, policy: 'Background' });
    deleted.push(object);
  }
  return deleted;
}

function isOf(live: KubernetesObject, owner: string): boolean {
  const labels = live.metadata.labels ?? {};
  // What is no service's need not have our labels: an overlay may declare anything.
  if (owner === STACK) return labels[SERVICE_LABEL] === undefined && Object.keys(ownFields(live)).length > 0;
  return labels[MANAGED_BY_LABEL] === 'slipway' && labels[SERVICE_LABEL] === owner;
}
