import { STACK, updateInventoryEntry, writeInventoryEntry } from '../../kubernetes/apply/inventory/inventory.ts';
import { imagesInUse } from '../../kubernetes/rollout/images-in-use.ts';
import { allSucceeded, type ServiceResult } from '../../services/run-in-dependency-order.ts';
import type { DeployContext } from '../context/deploy-context.ts';
import { pruneAndReport } from './prune-and-report.ts';
import type { DeployPlan } from './plan.ts';

/** Removes orphaned services and, when all are ready, orphaned shared objects and old images. */
export async function cleanUp(
  context: DeployContext,
  { shared, orphanedServices }: DeployPlan,
  results: ServiceResult[],
): Promise<void> {
  const { api, stack, view, report, publisher } = context;
  for (const { service, objects } of orphanedServices) {
    await pruneAndReport(context, service, objects);
    await writeInventoryEntry(api, stack, service, undefined);
  }
  if (allSucceeded(results)) {
    await pruneAndReport(context, STACK, shared.orphaned);
    const withOrphaned = { ...shared.entry, objects: [...shared.entry.objects, ...shared.orphaned] };
    await updateInventoryEntry(api, stack, STACK, { from: withOrphaned, to: shared.entry });
    for (const { place, images } of await publisher.removeUnused(imagesInUse(view)))
      report.event('stack', 'load', `${place}: ${images} old images removed`);
  }
}
