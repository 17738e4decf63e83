import { type InventoryEntry, updateInventoryEntry } from '../../kubernetes/apply/inventory/inventory.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import { isWorkloadKind } from '../../kubernetes/rollout/workload-state.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import { runInDependencyOrder, type ServiceResult, type ServiceWork } from '../../services/run-in-dependency-order.ts';
import { applyAndReport } from './apply-and-report.ts';
import { retireOtherLogins } from '../database/adopt-login.ts';
import { adoptDatabase, withNewPods } from './database-adoption.ts';
import type { DeployContext } from '../context/deploy-context.ts';
import { type EmptiedDatabase, emptyDatabase, restoreReplicas } from './empty-database.ts';
import { followRollout } from './follow-rollout.ts';
import { failedState } from '../report/failed-state.ts';
import { pruneAndReport } from './prune-and-report.ts';
import type { DeployPlan, ServicePlan } from './plan.ts';
import type { DatabaseLogin } from '../../services/database-login.ts';

/** What was done before the service's own turn. */
type Prepared = {
  /** The login that the database was adopted with. */
  adopted: DatabaseLogin | undefined;
  emptied: EmptiedDatabase | undefined;
};

/** Rolls out every service after those it depends on, and reports those that fail. Databases begin at once. */
export async function rollOut(context: DeployContext, { services, early }: DeployPlan): Promise<ServiceResult[]> {
  const { report } = context;
  const plans = services.map((service) => ({ ...service.spec, service }));
  const work = runInDependencyOrder(plans, ({ service }) => {
    const rest = service.planned.filter((planned) => !early.includes(planned));
    return serviceWork(context, { ...service, planned: rest });
  });
  const results: ServiceResult[] = [];
  for await (const result of work) {
    results.push(result);
    if (result.status === 'failure') report.block(result.service, 'FAILED', result.message, failedState(result.error));
    if (result.status === 'skipped') report.event(result.service, 'skipped', result.message);
  }
  return results;
}

/** What a deploy does for one service. The database's part may start at once, the service's own waits for its dependencies. */
function serviceWork(context: DeployContext, plan: ServicePlan): ServiceWork<Prepared> {
  const { api, stack, options } = context;
  const { spec, listed, entry, orphaned, oldLogin } = plan;
  const { name } = spec;
  const isEmptied = options.emptyDatabases === true;
  const planned = isEmptied ? plan.planned.map(scaledAway) : plan.planned;
  const ofDatabase = ({ object }: PlannedObject) => object.metadata.labels?.[NAME_LABEL] === databaseName(name);
  return {
    prepare: async () => {
      // Listed before it exists: what an interrupted run has made, the next one can still prune.
      const before: InventoryEntry = {
        objects: [...entry.objects, ...orphaned],
        migrations: listed?.migrations ?? {},
      };
      await updateInventoryEntry(api, stack, name, { from: listed, to: before });
      const emptied = isEmptied ? await emptyDatabase(context, name, before) : undefined;
      await applyAndWait(context, databaseName(name), planned.filter(ofDatabase));
      if (oldLogin === undefined) return { adopted: undefined, emptied };
      const isAdopted = await adoptDatabase(context, { service: name, planned, oldLogin });
      return { adopted: isAdopted ? oldLogin : undefined, emptied };
    },
    finish: async ({ adopted, emptied }) => {
      const own = planned.filter((object) => !ofDatabase(object));
      await applyAndWait(context, name, adopted === undefined ? own : await withNewPods(context, name, own), emptied);
      if (adopted !== undefined) await retireOtherLogins({ context: api.context, stack, service: name }, adopted);
      await pruneAndReport(context, name, orphaned);
      await updateInventoryEntry(api, stack, name, { from: listed, to: entry });
    },
  };
}

/** A workload that has no pods when it is applied, whatever the plan has seen. */
function scaledAway(planned: PlannedObject): PlannedObject {
  const isWorkload = planned.object.kind === 'Deployment' || planned.object.kind === 'StatefulSet';
  return isWorkload && planned.outcome === 'unchanged' ? { ...planned, outcome: 'changed' } : planned;
}

async function applyAndWait(
  context: DeployContext,
  who: string,
  planned: PlannedObject[],
  emptied?: EmptiedDatabase,
): Promise<void> {
  if (planned.length === 0) return;
  const { report, timeline } = context;
  const applied = await timeline.measure(who, 'apply', () => applyAndReport(context, who, planned));
  if (emptied !== undefined) await restoreReplicas(context, emptied);
  for (const { object } of planned) {
    const { kind, metadata } = object;
    if (!isWorkloadKind(kind)) continue;
    const answer = applied.get(`${kind}/${metadata.name}`);
    if (answer === undefined) throw new Error(`${kind}/${metadata.name} was applied without an answer`);
    const workload = { kind, name: metadata.name, ...answer } as const;
    await timeline.measure(who, 'rollout', () => followRollout(context, workload, who));
  }
  const isUnchanged = planned.every(({ outcome }) => outcome === 'unchanged');
  report.event(who, 'ready', isUnchanged ? 'unchanged' : 'rolled out');
}
