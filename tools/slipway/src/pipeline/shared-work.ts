import { type Inventory, objectId, STACK, writeInventoryEntry } from '../inventory/inventory.ts';
import { leftOver, prune } from '../inventory/prune.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import type { Reporter } from '../report/reporter.ts';
import type { PlannedObject } from './plan.ts';
import { applyAndReport } from './service-work.ts';

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
  const listed = inventory[STACK]?.objects ?? [];
  const stale = leftOver(listed, declared);
  const list = async (objects: typeof declared, before: typeof declared) => {
    if (JSON.stringify(objects) === JSON.stringify(before)) return;
    await writeInventoryEntry(api, stack, STACK, { objects, migrations: {} });
  };
  return {
    begin: async () => {
      // The inventory lives in the namespace; what else there is gets listed before it exists.
      await applyAndReport(api, 'stack', shared.filter(isNamespace), report);
      await list([...declared, ...stale], listed);
      await applyAndReport(api, 'stack', [...early, ...others], report);
    },
    end: async () => {
      for (const { kind, name } of await prune(api, STACK, stale))
        report.event('stack', 'apply', `${kind}/${name} pruned`);
      await list(declared, [...declared, ...stale]);
    },
  };
}
