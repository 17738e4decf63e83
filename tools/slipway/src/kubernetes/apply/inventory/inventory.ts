import type { KubeApi } from '../../client/kube-api.ts';
import type { KubernetesObject } from '../../kubernetes-object.ts';
import { MANAGED_BY_LABEL, PART_OF_LABEL } from '../../labels.ts';

/** What slipway has put into the cluster for one service. */
export type InventoryEntry = {
  objects: ObjectId[];
  /** Migration file → checksum of its text: what the database has, as far as deploys with success know. */
  migrations: Record<string, string>;
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

export async function readInventory(api: KubeApi, stack: string): Promise<Inventory> {
  const map = await api.get<{ data?: Record<string, string> }>(`${mapsOf(stack)}/${INVENTORY_NAME}`);
  return Object.fromEntries(
    Object.entries(map?.data ?? {}).map(([service, text]) => [service, JSON.parse(text) as InventoryEntry]),
  );
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
    data: entry === undefined ? {} : { [service]: JSON.stringify(entry) },
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
