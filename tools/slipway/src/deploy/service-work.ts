import type { DatabaseLogin } from '../services/database-login.ts';
import { emptyDatabase } from './empty-database.ts';
import { type InventoryEntry, STACK, updateInventoryEntry } from '../kubernetes/apply/inventory/inventory.ts';
import { orphanedObjects, prune } from '../kubernetes/apply/inventory/prune.ts';
import { claimHint, keptClaims, labelClaims, VOLUME_CLAIM } from '../kubernetes/apply/inventory/volume-claims.ts';
import type { KubeApi } from '../kubernetes/client/kube-api.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { NAME_LABEL } from '../kubernetes/labels.ts';
import type { Reporter } from './report/reporter.ts';
import { apply, type Generations } from '../kubernetes/apply/apply-changes.ts';
import { rollout } from '../kubernetes/rollout/wait-for-rollout.ts';
import { databaseAdoption } from './database-adoption.ts';
import type { WorkContext } from './work-context.ts';
import type { ServiceWork } from '../services/run-in-dependency-order.ts';
import type { PlannedObject } from '../kubernetes/apply/plan.ts';

/**
 * What a deploy does for one service. The database's part may start at once, the service's own waits for those it
 * calls. `entry` is what the inventory is to say afterwards, `listed` what it says now; `oldDatabase` is there when the
 * database's volume was before.
 */
export function serviceWork(
  context: WorkContext,
  name: string,
  planned: PlannedObject[],
  {
    entry,
    listed,
    oldDatabase,
  }: {
    entry: InventoryEntry;
    listed: InventoryEntry | undefined;
    oldDatabase: DatabaseLogin | undefined;
  },
): ServiceWork {
  const { api, stack } = context;
  const ofDatabase = ({ object }: PlannedObject) => object.metadata.labels?.[NAME_LABEL] === databaseName(name);
  const stale = orphanedObjects(listed?.objects ?? [], entry.objects);
  const own = context.emptyDatabases ? planned.map(scaledAway) : planned;
  const adoption = oldDatabase === undefined ? undefined : databaseAdoption(context, name, own, oldDatabase);
  let scaleBack = async () => {};
  return {
    prepare: async () => {
      // Listed before it exists: what an interrupted run has made, the next one can still prune.
      const before = { objects: [...entry.objects, ...stale], migrations: listed?.migrations ?? {} };
      await updateInventoryEntry(api, stack, name, { from: listed, to: before });
      if (context.emptyDatabases) scaleBack = await emptyDatabase(context, name, before);
      await applyAndWait(context, databaseName(name), own.filter(ofDatabase));
      await adoption?.begin();
    },
    finish: async () => {
      const ofService = own.filter((planned) => !ofDatabase(planned));
      await applyAndWait(context, name, (await adoption?.withNewPods(ofService)) ?? ofService, scaleBack);
      await adoption?.end();
      await pruneAndReport(context, name, stale);
      await updateInventoryEntry(api, stack, name, { from: listed, to: entry });
    },
  };
}

/** A workload that has no pods when it is applied, whatever the plan has seen. */
function scaledAway(planned: PlannedObject): PlannedObject {
  const isWorkload = planned.object.kind === 'Deployment' || planned.object.kind === 'StatefulSet';
  return isWorkload && planned.outcome === 'unchanged' ? { ...planned, outcome: 'changed' } : planned;
}

/** Applies what differs and says so. */
export async function applyAndReport(
  api: KubeApi,
  who: string,
  planned: PlannedObject[],
  report: Reporter,
): Promise<Generations> {
  const generations = await apply(api, planned);
  const changed = planned.filter(({ outcome }) => outcome !== 'unchanged');
  const names = changed.map(({ object, outcome }) => `${object.kind}/${object.metadata.name} ${outcome}`);
  if (names.length > 0) report.event(who, 'apply', names.join(', '));
  return generations;
}

/** Removes what the files no longer declare, and says so and what stays. `owner`: a service or STACK. */
export async function pruneAndReport(
  { api, stack, report }: Pick<WorkContext, 'api' | 'stack' | 'report'>,
  owner: string,
  stale: InventoryEntry['objects'],
): Promise<void> {
  const who = owner === STACK ? 'stack' : owner;
  const kept = await keptClaims(api, stack, stale);
  await labelClaims(api, stack, kept);
  for (const { kind, name } of await prune(api, owner, stale)) report.event(who, 'apply', `${kind}/${name} pruned`);
  for (const claim of kept)
    report.event(who, 'apply', `${VOLUME_CLAIM}/${claim} kept: ${claimHint(api, stack, claim)}`);
}

async function applyAndWait(
  context: WorkContext,
  who: string,
  planned: PlannedObject[],
  afterApply = async () => {},
): Promise<void> {
  if (planned.length === 0) return;
  const { api, view, stack, timeoutMs, report, timeline } = context;
  const generations = await timeline.measure(who, 'apply', () => applyAndReport(api, who, planned, report));
  await afterApply();
  for (const { object } of planned) {
    const { kind, metadata } = object;
    if (kind !== 'Deployment' && kind !== 'StatefulSet') continue;
    const generation = generations.get(`${kind}/${metadata.name}`)!;
    const progress = (waitingFor: string) => report.event(who, 'rollout', `waiting for ${waitingFor}`);
    await timeline.measure(who, 'rollout', () =>
      rollout({ api, view, stack, timeoutMs }, { kind, name: metadata.name, generation }, progress),
    );
  }
  const isUnchanged = planned.every(({ outcome }) => outcome === 'unchanged');
  report.event(who, 'ready', isUnchanged ? 'unchanged' : 'rolled out');
}
