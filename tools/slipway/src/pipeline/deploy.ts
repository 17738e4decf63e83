import type { ServiceContract } from '../contract/service-contract.ts';
import { formatDifference } from '../diff/format-difference.ts';
import { FaultsError } from '../faults/faults-error.ts';
import { type InventoryEntry, objectId, readInventory, writeInventoryEntry } from '../inventory/inventory.ts';
import { leftOver, prune } from '../inventory/prune.ts';
import { kindContext } from '../kube/kind-context.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { NAME_LABEL, SERVICE_LABEL } from '../manifests/labels.ts';
import { renderOverlay } from '../overlay/render-overlay.ts';
import type { Reporter } from '../report/reporter.ts';
import { openStackView, type StackView } from '../rollout/stack-view.ts';
import { apply } from '../steps/apply.ts';
import { load } from '../steps/load.ts';
import { rollout } from '../steps/rollout.ts';
import type { Settings } from '../workspace/settings.ts';
import { inOrder, type ServiceResult, type ServiceWork } from './in-order.ts';
import { plan, type PlannedObject } from './plan.ts';
import { editedMigrations, migrationChecksums, nodeFaults } from './preflight-cluster.ts';
import { prepareStack } from './prepare-stack.ts';

export type DeployOptions = {
  /** kubeconfig context; default: the kind cluster's. */
  context?: string;
  /** Longest wait for one workload, seconds. */
  timeout: number;
  /** Take back fields that others have set in the cluster; else refuse. */
  force: boolean;
  /** Say what would change, and change nothing. */
  dryRun: boolean;
};

const OVERLAY = 'deploy/dev';

/**
 * assemble → image → load → apply → rollout for `services`, in the order of who calls whom: shared objects, databases,
 * then each service once those it calls are ready. Throws before anything in the cluster is touched when the files have
 * faults or the API server would refuse an object.
 */
export async function* deploy(
  settings: Settings,
  services: string[],
  options: DeployOptions,
  report: Reporter,
): AsyncGenerator<ServiceResult> {
  const { workspaceRoot, stack, cluster } = settings;
  const api = await openCluster(kindContext(cluster, options.context));
  let view: StackView | undefined;
  try {
    const { contracts, images } = await prepareStack(settings, api, report);
    const selected = contracts.filter(({ name }) => services.includes(name));
    const [rendered, inventory, nodes] = await Promise.all([
      renderOverlay(workspaceRoot, OVERLAY),
      readInventory(api, stack),
      nodeFaults(api),
    ]);
    const ownerOf = (object: (typeof rendered)[number]) => object.metadata.labels?.[SERVICE_LABEL];
    const objects = rendered.filter((object) => ownerOf(object) === undefined || services.includes(ownerOf(object)!));
    const { planned, faults } = await plan(api, objects);
    const allFaults = [...nodes, ...editedMigrations(workspaceRoot, selected, inventory), ...faults];
    if (allFaults.length > 0) throw new FaultsError(allFaults);
    reportForeign(planned, options.force, report);
    const stale = (name: string, own: PlannedObject[]) =>
      leftOver(
        inventory[name]?.objects ?? [],
        own.map(({ object }) => objectId(object)),
      );
    // Only a deploy of everything can tell that a service is gone for good.
    const gone =
      selected.length === contracts.length ? Object.keys(inventory).filter((name) => !services.includes(name)) : [];
    if (options.dryRun) {
      const stalePerService = [...selected.map(({ name }) => name), ...gone].flatMap((name) =>
        stale(name, ownedBy(planned, name)),
      );
      reportPlan(planned, stalePerService, report);
      return;
    }

    const needed = selected.flatMap(({ name, hasDatabase }) => [
      images[name]!,
      ...(hasDatabase ? [images.postgres!] : []),
    ]);
    for (const { node, images, bytes } of await load(cluster, [...new Set(needed)])) {
      report.event(
        'stack',
        `load      ${node}: ${images.length === 0 ? 'has everything' : `${images.length} images, ${megabytes(bytes)}`}`,
      );
    }
    await applyAndReport(
      api,
      'stack',
      planned.filter(({ object }) => ownerOf(object) === undefined),
      report,
    );
    view = await openStackView(api, stack);
    const context = { api, view, stack, timeoutMs: options.timeout * 1000, report };
    const work = (contract: ServiceContract) => {
      const own = ownedBy(planned, contract.name);
      const entry = {
        objects: own.map(({ object }) => objectId(object)),
        migrations: migrationChecksums(workspaceRoot, contract),
      };
      return serviceWork(context, contract, own, entry, inventory[contract.name]);
    };
    for await (const result of inOrder(selected, work)) {
      if (result.status === 'failure') report.block(result.service, `FAILED    ${result.message}`);
      if (result.status === 'skipped') report.event(result.service, result.message);
      yield result;
    }
    for (const service of gone) {
      await pruneAndReport(context, service, inventory[service]!.objects);
      await writeInventoryEntry(api, stack, service, undefined);
    }
  } finally {
    view?.close();
    await api.close();
  }
}

type Context = { api: KubeApi; view: StackView; stack: string; timeoutMs: number; report: Reporter };

/** The database's part may start at once, the service's own waits for those it calls. */
function serviceWork(
  context: Context,
  { name }: ServiceContract,
  own: PlannedObject[],
  entry: InventoryEntry,
  listed?: InventoryEntry,
): ServiceWork {
  const { api, stack } = context;
  const ofDatabase = ({ object }: PlannedObject) => object.metadata.labels?.[NAME_LABEL] === databaseName(name);
  const stale = leftOver(listed?.objects ?? [], entry.objects);
  return {
    prepare: async () => {
      // Listed before it exists: what an interrupted run has made, the next one can still prune.
      const migrations = listed?.migrations ?? {};
      const before = { objects: [...entry.objects, ...stale], migrations };
      if (JSON.stringify(before) !== JSON.stringify(listed)) await writeInventoryEntry(api, stack, name, before);
      await applyAndWait(context, databaseName(name), own.filter(ofDatabase));
    },
    finish: async () => {
      await applyAndWait(
        context,
        name,
        own.filter((planned) => !ofDatabase(planned)),
      );
      await pruneAndReport(context, name, stale);
      if (JSON.stringify(entry) !== JSON.stringify(listed)) await writeInventoryEntry(api, stack, name, entry);
    },
  };
}

async function applyAndWait(
  { api, view, stack, timeoutMs, report }: Context,
  who: string,
  planned: PlannedObject[],
): Promise<void> {
  if (planned.length === 0) return;
  await applyAndReport(api, who, planned, report);
  for (const { object } of planned) {
    const { kind, metadata } = object;
    if (kind !== 'Deployment' && kind !== 'StatefulSet') continue;
    const progress = (waitingFor: string) => report.event(who, `rollout   waiting for ${waitingFor}`);
    await rollout(api, view, stack, kind, metadata.name, timeoutMs, progress);
    report.event(who, `rollout   ${metadata.name} is ready`);
  }
}

async function applyAndReport(api: KubeApi, who: string, planned: PlannedObject[], report: Reporter): Promise<void> {
  await apply(api, planned);
  const changed = planned.filter(({ outcome }) => outcome !== 'unchanged');
  const names = changed.map(({ object, outcome }) => `${object.kind}/${object.metadata.name} ${outcome}`);
  report.event(who, `apply     ${changed.length === 0 ? 'unchanged' : names.join(', ')}`);
}

async function pruneAndReport(
  { api, report }: Context,
  service: string,
  objects: InventoryEntry['objects'],
): Promise<void> {
  for (const { kind, name } of await prune(api, service, objects))
    report.event(service, `apply     ${kind}/${name} pruned`);
}

function ownedBy(planned: PlannedObject[], service: string): PlannedObject[] {
  return planned.filter(({ object }) => object.metadata.labels?.[SERVICE_LABEL] === service);
}

function reportForeign(planned: PlannedObject[], force: boolean, report: Reporter): void {
  const foreign = planned.flatMap(({ object, foreign }) =>
    foreign.map(({ field, manager }) => `${object.kind}/${object.metadata.name} ${field} was set by ${manager}`),
  );
  for (const line of foreign) report.event('stack', `apply     ${line}: ${force ? 'taken back' : 'kept'}`);
  if (foreign.length > 0 && !force) {
    throw new Error(
      `others have set ${foreign.length} of our fields (see above), and --no-force keeps theirs: nothing was touched`,
    );
  }
}

function reportPlan(planned: PlannedObject[], stale: InventoryEntry['objects'], report: Reporter): void {
  const different = planned.filter(({ outcome }) => outcome !== 'unchanged');
  for (const { object, outcome, differences } of different) {
    const who = object.metadata.labels?.[SERVICE_LABEL] ?? 'stack';
    const lines = differences.map((difference) => `  ${formatDifference(difference)}`);
    report.block(who, [`${object.kind}/${object.metadata.name} would be ${outcome}`, ...lines].join('\n'));
  }
  for (const { kind, name } of stale) report.event('stack', `${kind}/${name} would be pruned`);
  if (different.length + stale.length === 0) report.event('stack', 'the cluster is what the files declare');
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
