import { ownFields } from '../../kubernetes/apply/managed-fields/managed-fields.ts';
import { type Inventory, objectId, sameObject } from '../../kubernetes/apply/inventory/inventory.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { MANAGED_BY_LABEL, PART_OF_LABEL } from '../../kubernetes/labels.ts';

/** The stack in its namespace. `isShared`: others may have objects in it. */
export type Whose = { stack: string; inventory: Inventory; isShared: boolean };

/** Whether the live object is the stack's: by its labels, because slipway has applied it, or because the inventory lists it. */
export function isOwnObject(
  object: KubernetesObject,
  { stack, inventory }: Pick<Whose, 'stack' | 'inventory'>,
): boolean {
  const { labels = {} } = object.metadata;
  if (labels[MANAGED_BY_LABEL] === 'slipway' && labels[PART_OF_LABEL] === stack) return true;
  if (Object.keys(ownFields(object)).length > 0) return true;
  const id = objectId(object);
  return Object.values(inventory).some(({ objects }) => objects.some((listed) => sameObject(listed, id)));
}
