import { STACK, updateInventoryEntry } from '../../kubernetes/apply/inventory/inventory.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { applyAndReport } from './apply-and-report.ts';
import type { DeployContext } from '../context/deploy-context.ts';
import type { DeployPlan } from './plan.ts';

/** Applies the objects that belong to no single service, and those that have to be there as early. */
export function applyShared(context: DeployContext, { shared, early }: DeployPlan): Promise<void> {
  const { api, stack, timeline } = context;
  const isNamespace = ({ object }: PlannedObject) => object.kind === 'Namespace';
  return timeline.measure('stack', 'apply', async () => {
    // The inventory lives in the namespace; what else there is gets listed before it exists.
    await applyAndReport(context, 'stack', shared.planned.filter(isNamespace));
    const withOrphaned = { ...shared.entry, objects: [...shared.entry.objects, ...shared.orphaned] };
    await updateInventoryEntry(api, stack, STACK, { from: shared.listed, to: withOrphaned });
    await applyAndReport(context, 'stack', [...early, ...shared.planned.filter((planned) => !isNamespace(planned))]);
  });
}
