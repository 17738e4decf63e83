import { parseJson } from '@slipway/util/json';
import type { KubeApi } from '../../client/kube-api.ts';
import { namespaceContents } from '../../client/namespace-contents.ts';
import type { KubernetesObject } from '../../kubernetes-object.ts';
import { MANAGED_BY_LABEL, PART_OF_LABEL, SERVICE_LABEL } from '../../labels.ts';
import { ownFields } from '../managed-fields/managed-fields.ts';
import { isObject } from '../../../util/json-object.ts';

/** What slipway has put into the cluster for one service. */
export type InventoryEntry = {
  objects: ObjectId[];
  /** Migration file → checksum of its text: what the database has, as far as deploys with success know. */
  migrations: Record<string, string>;
  /** Read from labels, because what was written is damaged. Never stored. */
  isRebuilt?: true;
};

export type ObjectId = Pick<KubernetesObject, 'apiVersion' | 'kind'> & { name: string; namespace?: string };

/** Who put what, by service. Kept in the cluster, so that every clone prunes alike. */
export type Inventory = Record<string, InventoryEntry>;

/** The entry of what is no service's. No service can have this name. */
export const STACK = '_stack';

/** The ConfigMap's. */
export const INVENTORY_NAME = 'slipway-inventory';

export function objectId({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): ObjectId {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

export function sameObject(a: ObjectId, b: ObjectId): boolean {
  // Versions of one kind are views of the same object; only the group counts.
  const group = ({ apiVersion }: ObjectId) => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');
  return group(a) === group(b) && a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}

/**
 * What the stack's ConfigMap lists. Where it is gone or was damaged by others, the objects' labels are asked instead;
 * `tell` is then called with a sentence about it.
 */
export async function readInventory(
  api: KubeApi,
  stack: string,
  tell: (message: string) => void = () => {},
): Promise<Inventory> {
  const map = await api.get<{ data?: Record<string, string> }>(`${mapsOf(stack)}/${INVENTORY_NAME}`);
  const entries = Object.entries(map?.data ?? {}).map(([owner, text]) => [owner, parseEntry(text)] as const);
  const damaged = entries.filter(([, entry]) => entry === undefined).map(([owner]) => owner);
  const isWhole = entries.length > 0 && damaged.length === 0;
  const rebuilt = isWhole ? {} : await rebuildInventory(api, stack);
  const wanted = damaged.length > 0 ? damaged : Object.keys(rebuilt);
  if (wanted.length > 0) {
    const what = damaged.length > 0 ? `what it says of ${damaged.join(', ')} cannot be read` : 'it is gone';
    tell(`ConfigMap ${stack}/${INVENTORY_NAME}: ${what}; rebuilt from the labels of the objects in the cluster`);
  }
  const empty: InventoryEntry = { objects: [], migrations: {}, isRebuilt: true };
  return {
    ...Object.fromEntries(entries.flatMap(([owner, entry]) => (entry === undefined ? [] : [[owner, entry]]))),
    ...Object.fromEntries(wanted.map((owner) => [owner, rebuilt[owner] ?? empty])),
  };
}

/** Undefined for what no deploy has written. */
function parseEntry(text: string): InventoryEntry | undefined {
  try {
    const { objects, migrations } = parseJson(text, 'the inventory', isEntry);
    return { objects, migrations };
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is InventoryEntry {
  if (!isObject(value) || !Array.isArray(value.objects) || !isObject(value.migrations)) return false;
  return value.objects.every(isObjectId) && Object.values(value.migrations).every((it) => typeof it === 'string');
}

function isObjectId(value: unknown): value is ObjectId {
  return isObject(value) && [value.apiVersion, value.kind, value.name].every((it) => typeof it === 'string');
}

/**
 * The inventory as the objects' own labels tell it: what slipway has applied in the namespace. Which migrations a database
 * has, no label says.
 */
async function rebuildInventory(api: KubeApi, stack: string): Promise<Inventory> {
  const { objects } = await namespaceContents(api, stack);
  const inventory: Inventory = {};
  for (const { object } of objects) {
    const {
      [PART_OF_LABEL]: partOf,
      [MANAGED_BY_LABEL]: manager,
      [SERVICE_LABEL]: owner = STACK,
    } = object.metadata.labels ?? {};
    // Controllers copy labels to the objects that they create, but fields belong to the writer.
    if (partOf !== stack || manager !== 'slipway' || Object.keys(ownFields(object)).length === 0) continue;
    inventory[owner] ??= { objects: [], migrations: {}, isRebuilt: true };
    inventory[owner].objects.push(objectId(object));
  }
  return inventory;
}

/** Replaces one service's entry; `undefined` removes it. Each entry has a field manager of its own: writers never meet. */
export async function writeInventoryEntry(
  api: KubeApi,
  stack: string,
  service: string,
  entry: InventoryEntry | undefined,
): Promise<void> {
  const query = new URLSearchParams({ fieldManager: `slipway-inventory-${service}`, force: 'true' });
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: INVENTORY_NAME,
      namespace: stack,
      labels: { [PART_OF_LABEL]: stack, [MANAGED_BY_LABEL]: 'slipway' },
    },
    data: entry === undefined ? {} : { [service]: JSON.stringify({ ...entry, isRebuilt: undefined }) },
  };
  await api.send('PATCH', `${mapsOf(stack)}/${INVENTORY_NAME}?${query}`, map, 'application/apply-patch+yaml');
}

/** Writes the entry `to` where it says something else than `from`. */
export async function updateInventoryEntry(
  api: KubeApi,
  stack: string,
  owner: string,
  { from, to }: { from: InventoryEntry | undefined; to: InventoryEntry },
): Promise<void> {
  if (JSON.stringify(to) !== JSON.stringify(from)) await writeInventoryEntry(api, stack, owner, to);
}

function mapsOf(stack: string): string {
  return `/api/v1/namespaces/${stack}/configmaps`;
}
