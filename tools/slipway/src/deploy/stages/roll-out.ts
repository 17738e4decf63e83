import type { Applied } from '../../kubernetes/apply/apply-changes.ts';
import { type InventoryEntry, updateInventoryEntry } from '../../kubernetes/apply/inventory/inventory.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import { NOTHING_BEFORE } from '../../kubernetes/rollout/observed-before.ts';
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
import { databasesReady } from './databases-ready.ts';
import { divideEarly, startedEarly } from './started-early.ts';
import type { DatabaseLogin } from '../../services/database-login.ts';

/** What was done before the service's own turn. */
type Prepared = {
  /** What of the service was applied already. */
  begun: Map<string, Applied>;
  /** The login that the database was adopted with. */
  adopted: DatabaseLogin | undefined;
  emptied: EmptiedDatabase | undefined;
};

/**
 * Rolls out every service after those it depends on, and reports those that fail. Databases begin at once; with
 * their databases begin the pods of services that can wait for others themselves.
 */
export async function rollOut(context: DeployContext, { services, early }: DeployPlan): Promise<ServiceResult[]> {
  const { report, options } = context;
  const plans = services.map((service) => ({ ...service.spec, service }));
  const specs = services.map(({ spec }) => spec);
  const started = options.emptyDatabases === true ? new Set<string>() : startedEarly(services);
  const databases = services.map(({ spec }) => databaseName(spec.name)).filter((name) => isNew(name, services));
  const work = runInDependencyOrder(plans, ({ name, service }) => {
    const planned = service.planned.filter((planned) => !early.includes(planned));
    const divided = started.has(name) ? divideEarly(name, planned, specs) : { early: [], rest: planned };
    return serviceWork(context, { ...service, planned: divided.rest }, { early: divided.early, databases });
  });
  const results: ServiceResult[] = [];
  for await (const result of work) {
    results.push(result);
    if (result.status === 'failure') report.block(result.service, 'FAILED', result.message, failedState(result.error));
    if (result.status === 'skipped') {
      const waits = started.has(result.service) ? '; its pods have started and wait' : '';
      report.event(result.service, 'skipped', `${result.message}${waits}`);
    }
  }
  return results;
}

type Early = {
  /** Of the service's own objects those that need not wait for its dependencies. */
  early: PlannedObject[];
  /** The databases that the deploy creates. */
  databases: string[];
};

function isNew(database: string, services: ServicePlan[]): boolean {
  return services.some(({ planned }) =>
    planned.some(
      ({ object, outcome }) =>
        object.kind === 'StatefulSet' && object.metadata.name === database && outcome === 'created',
    ),
  );
}

/** What a deploy does for one service: the database's part and what is early begin, the rest waits for its dependencies. */
function serviceWork(context: DeployContext, plan: ServicePlan, { early, databases }: Early): ServiceWork<Prepared> {
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
      const begun = await begin(context, name, { early, databases });
      if (oldLogin === undefined) return { begun, adopted: undefined, emptied };
      const isAdopted = await adoptDatabase(context, { service: name, planned, oldLogin });
      return { begun, adopted: isAdopted ? oldLogin : undefined, emptied };
    },
    finish: async ({ begun, adopted, emptied }) => {
      const own = planned.filter((object) => !ofDatabase(object));
      const withPods = adopted === undefined ? own : await withNewPods(context, name, own);
      await applyAndWait(context, name, withPods, { begun: { planned: early, applied: begun }, emptied });
      if (adopted !== undefined) await retireOtherLogins({ context: api.context, stack, service: name }, adopted);
      await pruneAndReport(context, name, orphaned);
      await updateInventoryEntry(api, stack, name, { from: listed, to: entry });
    },
  };
}

/** Applies what is early, when its database is ready; of a service without one, when those of the others are. */
async function begin(context: DeployContext, name: string, { early, databases }: Early): Promise<Map<string, Applied>> {
  if (early.length === 0) return new Map();
  if (!databases.includes(databaseName(name))) await databasesReady(context.view, databases);
  return context.timeline.measure(name, 'apply', () => applyAndReport(context, name, early));
}

/** A workload that has no pods when it is applied, whatever the plan has seen. */
function scaledAway(planned: PlannedObject): PlannedObject {
  const isWorkload = planned.object.kind === 'Deployment' || planned.object.kind === 'StatefulSet';
  return isWorkload && planned.outcome === 'unchanged' ? { ...planned, outcome: 'changed' } : planned;
}

type Before = {
  begun?: { planned: PlannedObject[]; applied: Map<string, Applied> };
  emptied?: EmptiedDatabase | undefined;
};

/** `begun`: what was applied before, of objects that were new then. */
async function applyAndWait(
  context: DeployContext,
  who: string,
  planned: PlannedObject[],
  { begun, emptied }: Before = {},
): Promise<void> {
  const all = [...(begun?.planned ?? []), ...planned];
  if (all.length === 0) return;
  const { report, timeline } = context;
  const applied = await timeline.measure(who, 'apply', () => applyAndReport(context, who, planned));
  if (emptied !== undefined) await restoreReplicas(context, emptied);
  for (const { object } of all) {
    const { kind, metadata } = object;
    if (!isWorkloadKind(kind)) continue;
    const id = `${kind}/${metadata.name}`;
    const early = begun?.applied.get(id);
    const answer = early ?? applied.get(id);
    if (answer === undefined) throw new Error(`${id} was applied without an answer`);
    const workload = { kind, name: metadata.name, ...answer } as const;
    // Whatever has happened to what began early is of this deploy.
    const scope = early === undefined ? context : { ...context, before: NOTHING_BEFORE };
    await timeline.measure(who, 'rollout', () => followRollout(scope, workload, who));
  }
  const isUnchanged = all.every(({ outcome }) => outcome === 'unchanged');
  report.event(who, 'ready', isUnchanged ? 'unchanged' : 'rolled out');
}
