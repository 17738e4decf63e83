import { FaultsError } from '../faults/faults-error.ts';
import { objectId, readInventory, writeInventoryEntry } from '../inventory/inventory.ts';
import { leftOver } from '../inventory/prune.ts';
import { kindContext } from '../kube/kind-context.ts';
import { openCluster } from '../kube/open-cluster.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { SERVICE_LABEL } from '../manifests/labels.ts';
import { renderOverlay } from '../overlay/render-overlay.ts';
import { megabytes } from '../report/megabytes.ts';
import { reportForeign, reportPlan } from '../report/report-plan.ts';
import type { Reporter } from '../report/reporter.ts';
import { openStackView, type StackView } from '../rollout/stack-view.ts';
import { load } from '../steps/load.ts';
import type { Settings } from '../workspace/settings.ts';
import { inOrder, type ServiceResult } from './in-order.ts';
import { plan } from './plan.ts';
import { editedMigrations, migrationChecksums, nodeFaults } from './preflight-cluster.ts';
import { prepareStack } from './prepare-stack.ts';
import { applyAndReport, pruneAndReport, serviceWork } from './service-work.ts';

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
 * faults or the API server would refuse an object. A dry run yields nothing.
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
    const { planned, faults } = await plan(
      api,
      rendered.filter((object) => isShared(object) || services.includes(ownerOf(object)!)),
    );
    const allFaults = [...nodes, ...editedMigrations(workspaceRoot, selected, inventory), ...faults];
    if (allFaults.length > 0) throw new FaultsError(allFaults);
    const foreign = reportForeign(planned, options.dryRun ? 'would be taken back' : options.force ? 'taken back' : 'kept', report);
    if (foreign > 0 && !options.force) {
      throw new Error(
        `others have set ${foreign} of our fields (see above), and --no-force keeps theirs: nothing was touched`,
      );
    }
    const plannedOf = (service: string) => planned.filter(({ object }) => ownerOf(object) === service);
    // Only a deploy of everything can tell that a service is gone for good.
    const gone =
      selected.length === contracts.length ? Object.keys(inventory).filter((name) => !services.includes(name)) : [];
    if (options.dryRun) {
      const declared = planned.map(({ object }) => objectId(object));
      const listed = [...services, ...gone].flatMap((name) => inventory[name]?.objects ?? []);
      reportPlan(planned, leftOver(listed, declared), report);
      return;
    }

    const needed = selected.flatMap(({ name, hasDatabase }) => [
      images[name]!,
      ...(hasDatabase ? [images.postgres!] : []),
    ]);
    for (const { node, images: sent, bytes } of await load(cluster, [...new Set(needed)])) {
      report.event(
        'stack',
        `load      ${node}: ${sent.length === 0 ? 'has everything' : `${sent.length} images, ${megabytes(bytes)}`}`,
      );
    }
    await applyAndReport(
      api,
      'stack',
      planned.filter(({ object }) => isShared(object)),
      report,
    );
    view = await openStackView(api, stack);
    const context = { api, view, stack, timeoutMs: options.timeout * 1000, report };
    const results = inOrder(selected, (contract) => {
      const own = plannedOf(contract.name);
      const objects = own.map(({ object }) => objectId(object));
      const entry = { objects, migrations: migrationChecksums(workspaceRoot, contract) };
      return serviceWork(context, contract.name, own, entry, inventory[contract.name]);
    });
    for await (const result of results) {
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

function ownerOf(object: KubernetesObject): string | undefined {
  return object.metadata.labels?.[SERVICE_LABEL];
}

/** Belongs to the stack, not to one service. */
function isShared(object: KubernetesObject): boolean {
  return ownerOf(object) === undefined;
}
