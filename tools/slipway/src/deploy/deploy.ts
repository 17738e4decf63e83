import { UserError } from '@slipway/util/errors';
import { InterruptedError, unlessAborted } from '@slipway/util/interruption';
import { lostLogins } from './database/lost-logins.ts';
import { objectId, writeInventoryEntry } from '../kubernetes/apply/inventory/inventory.ts';
import { claimHint, keptClaims } from '../kubernetes/apply/inventory/volume-claims.ts';
import { withDeployLock } from './deploy-lock.ts';
import type { KubeApi } from '../kubernetes/client/kube-api.ts';
import { openCluster } from '../kubernetes/client/open-cluster.ts';
import { contextName, deployTarget } from '../kubernetes/client/target.ts';
import { deployedMigrations } from '../services/migration-problems.ts';
import { type Adoption, markAdopted } from './namespace/claim-namespace.ts';
import { reportDrift, reportLostLogins, reportPlan } from './report/report-plan.ts';
import { reportTimeline } from './report/report-timeline.ts';
import type { Reporter } from './report/reporter.ts';
import { followProgress } from './report/progress.ts';
import { describeResults } from './report/describe-results.ts';
import { imagesInUse } from '../kubernetes/rollout/images-in-use.ts';
import { openStackView } from '../kubernetes/rollout/stack-view.ts';
import { openTimeline, type Timeline } from '../util/timeline.ts';
import type { Settings } from '../util/workspace/settings.ts';
import { openDelivery, removeOldImages } from './publish-images.ts';
import { allPlanned, type DeployPlan, deployPlan, type Reshape, staleObjects } from './deploy-plan.ts';
import { runInDependencyOrder, type ServiceResult } from '../services/run-in-dependency-order.ts';
import { policiesOfRunning } from '../kubernetes/apply/policies-of-running.ts';
import { pruneAndReport, serviceWork } from './service-work.ts';
import { sharedWork } from './shared-work.ts';

export type DeployOptions = Adoption & {
  /** kubeconfig context; default: the kind cluster's. */
  context?: string;
  /** OCI registry that the nodes pull from; without it images are loaded onto the nodes of kind. */
  registry?: string;
  /** Longest wait for one workload, seconds. */
  timeout: number;
  /** Take back fields that others have set in the cluster; else refuse. */
  force: boolean;
  /** Say what would change, and change nothing; no results. */
  dryRun: boolean;
  /** Give each of the services an empty database: everything that it has stored is deleted. */
  emptyDatabases?: boolean;
  /** Deploys other objects than the declared ones: watch mode's pods. */
  reshape?: Reshape;
};

/**
 * assemble → image → load → apply → rollout for `services`, in the order of who calls whom: shared objects, databases,
 * then each service once those it calls are ready. Throws before any object of the cluster is changed when the files have
 * problems or the API server would refuse an object.
 */
export async function deploy(
  settings: Settings,
  services: string[],
  options: DeployOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<ServiceResult[]> {
  const { report, describe } = followProgress(services, reporter);
  const timeline = openTimeline();
  const api = await openCluster(contextName(settings.cluster, options.context));
  try {
    const target = deployTarget(settings.cluster, options);
    if (options.dryRun) {
      const plan = await unlessAborted(signal, deployPlan(settings, services, api, report, timeline, options));
      const planned = allPlanned(plan);
      reportDrift(planned, options.force ? 'would be taken back' : 'would be kept', report);
      const { stack, workspaceRoot } = settings;
      const stale = staleObjects(plan);
      const kept = await keptClaims(api, stack, stale);
      reportPlan(planned, { stale, kept, keptHint: (claim) => claimHint(api, stack, claim) }, report);
      reportLostLogins(await lostLogins(workspaceRoot, stack, plan.selected, api), report);
      return [];
    }
    return await withDeployLock(api, settings.stack, report, signal, async () => {
      const deliver = openDelivery(target, report, timeline);
      const plan = await deployPlan(settings, services, api, report, timeline, { ...options, deliver });
      refuseDrift(plan, options.force, report);
      if (plan.namespace.isShared && plan.namespace.isNew) await markAdopted(api, settings);
      try {
        return await execute(settings, plan, api, options, report, timeline);
      } finally {
        await reportTimeline(settings.workspaceRoot, plan.selected, timeline, report);
      }
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    throw new InterruptedError(error.signal, `${error.message}. ${describe()}`);
  } finally {
    // Of a deploy that was cut short the rest would complain; the process ends anyway.
    if (!signal.aborted) await api.close();
  }
}

function refuseDrift(plan: DeployPlan, force: boolean, report: Reporter): void {
  const foreign = reportDrift(allPlanned(plan), force ? 'taken back' : 'kept', report);
  if (foreign === 0 || force) return;
  throw new UserError(
    `others have set ${foreign} of our fields (see above), and --no-force keeps theirs: nothing was touched`,
  );
}

async function execute(
  { workspaceRoot, stack }: Settings,
  { selected, delivered, shared, byService, inventory, oldDatabases, orphanedServices }: DeployPlan,
  api: KubeApi,
  { timeout, emptyDatabases = false }: DeployOptions,
  report: Reporter,
  timeline: Timeline,
): Promise<ServiceResult[]> {
  const loads = (await delivered) ?? [];
  const early = policiesOfRunning(shared, [...byService.values()].flat());
  const ofStack = sharedWork({ api, stack, report }, shared, early, inventory);
  await timeline.measure('stack', 'apply', ofStack.begin);
  const view = await openStackView(api, stack);
  try {
    const context = { api, view, stack, timeoutMs: timeout * 1000, report, timeline, emptyDatabases };
    const work = runInDependencyOrder(selected, (serviceSpec) => {
      const own = byService.get(serviceSpec.name)!;
      const objects = own.map(({ object }) => objectId(object));
      const entry = {
        objects,
        migrations: deployedMigrations(workspaceRoot, serviceSpec, inventory[serviceSpec.name]?.migrations),
      };
      const rest = own.filter((planned) => !early.includes(planned));
      const { [serviceSpec.name]: listed } = inventory;
      const oldDatabase = oldDatabases.get(serviceSpec.name);
      return serviceWork(context, serviceSpec.name, rest, { entry, listed, oldDatabase });
    });
    const results: ServiceResult[] = [];
    for await (const result of work) {
      results.push(result);
      if (result.status === 'failure') report.block(result.service, 'FAILED', result.message);
      if (result.status === 'skipped') report.event(result.service, 'skipped', result.message);
    }
    for (const service of orphanedServices) {
      await pruneAndReport(context, service, inventory[service]!.objects);
      await writeInventoryEntry(api, stack, service, undefined);
    }
    if (results.every(({ status }) => status === 'success')) {
      await ofStack.end();
      await removeOldImages(loads, imagesInUse(view), report);
    }
    const hasSucceeded = results.every(({ status }) => status === 'success');
    report.event('stack', hasSucceeded ? 'ready' : 'FAILED', describeResults(results, view));
    return results;
  } finally {
    view.close();
  }
}
