import { type Inventory, objectId, STACK, updateInventoryEntry } from '../kubernetes/apply/inventory/inventory.ts';
import { orphanedObjects } from '../kubernetes/apply/inventory/prune.ts';
import type { KubeApi } from '../kubernetes/client/kube-api.ts';
import type { Reporter } from './report/reporter.ts';
import type { PlannedObject } from '../kubernetes/apply/plan.ts';
import { applyAndReport, pruneAndReport } from './service-work.ts';

/** What a deploy does for the objects that are no service's: `begin` before those of the services, `end` after them. */
export type SharedWork = { begin: () => Promise<void>; end: () => Promise<void> };

/** `early`: services' objects that have to be there as early as the shared ones. */
export function sharedWork(
  { api, stack, report }: { api: KubeApi; stack: string; report: Reporter },
  shared: PlannedObject[],
  early: PlannedObject[],
  inventory: Inventory,
): SharedWork {
  const isNamespace = ({ object }: PlannedObject) => object.kind === 'Namespace';
  const others = shared.filter((planned) => !isNamespace(planned));
  const declared = others.map(({ object }) => objectId(object));
  const listed = inventory[STACK] ?? { objects: [], migrations: {} };
  const stale = orphanedObjects(listed.objects, declared);
  const entry = { ...listed, objects: declared };
  const withStale = { ...listed, objects: [...declared, ...stale] };
  return {
    begin: async () => {
      // The inventory lives in the namespace; what else there is gets listed before it exists.
      await applyAndReport(api, 'stack', shared.filter(isNamespace), report);
      await updateInventoryEntry(api, stack, STACK, { from: listed, to: withStale });
      await applyAndReport(api, 'stack', [...early, ...others], report);
    },
    end: async () => {
      await pruneAndReport({ api, stack, report }, STACK, stale);
      await updateInventoryEntry(api, stack, STACK, { from: withStale, to: entry });
    },
  };
}
