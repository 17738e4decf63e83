import type { ServiceContract } from '../contract/service-contract.ts';
import { type Applied, applier } from '../steps/apply.ts';
import { kindContext } from '../kube/kind-context.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { NAME_LABEL, SERVICE_LABEL } from '../manifests/labels.ts';
import { renderOverlay } from '../overlay/render-overlay.ts';
import type { Reporter } from '../report/reporter.ts';
import { openStackView, type StackView } from '../rollout/stack-view.ts';
import { load } from '../steps/load.ts';
import { rollout } from '../steps/rollout.ts';
import type { Settings } from '../workspace/settings.ts';
import { prepareStack } from './prepare-stack.ts';

export type DeployOptions = {
  /** kubeconfig context; default: the kind cluster's. */
  context?: string;
  /** Longest wait for one workload, seconds. */
  timeout: number;
};

/** `skipped`: held back because a service that it calls failed. */
export type ServiceResult = { service: string; status: 'success' | 'failure' | 'skipped'; message: string };

const OVERLAY = 'deploy/dev';

/**
 * assemble → image → load → apply → rollout for `services`, in the order of who calls whom: shared objects, databases,
 * then each service once those it calls are ready. A failure holds back its dependents and nothing else. Results come
 * as they are known. Throws before anything in the cluster is touched when the files have faults.
 */
export async function* deploy(
  settings: Settings,
  services: string[],
  { context, timeout }: DeployOptions,
  report: Reporter,
): AsyncGenerator<ServiceResult> {
  const { workspaceRoot, stack, cluster } = settings;
  const api = await openCluster(kindContext(cluster, context));
  let view: StackView | undefined;
  try {
    const { contracts, images } = await prepareStack(settings, api, report);
    const selected = contracts.filter(({ name }) => services.includes(name));
    const needed = selected.flatMap(({ name, hasDatabase }) => [
      images[name]!,
      ...(hasDatabase ? [images.postgres!] : []),
    ]);
    const [objects, loads] = await Promise.all([
      renderOverlay(workspaceRoot, OVERLAY),
      load(cluster, [...new Set(needed)]),
    ]);
    for (const { node, images, bytes } of loads) {
      report.event(
        'stack',
        `load      ${node}: ${images.length === 0 ? 'has everything' : `${images.length} images, ${megabytes(bytes)}`}`,
      );
    }
    const apply = applier(api);
    reportApplied(
      report,
      'stack',
      await apply(objects.filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] === undefined)),
    );
    view = await openStackView(api, stack);
    yield* inOrder(
      selected,
      (contract) =>
        deployService({ api, view: view!, stack, apply, objects, timeoutMs: timeout * 1000, report }, contract),
      report,
    );
  } finally {
    view?.close();
    await api.close();
  }
}

type Deployment = {
  api: KubeApi;
  view: StackView;
  stack: string;
  apply: (objects: KubernetesObject[]) => Promise<Applied[]>;
  objects: KubernetesObject[];
  timeoutMs: number;
  report: Reporter;
};

/** The database's part may start at once, the service's own waits for those it calls. */
function deployService(deployment: Deployment, { name, hasDatabase }: ServiceContract) {
  const own = deployment.objects.filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] === name);
  const ofDatabase = (object: KubernetesObject) => object.metadata.labels?.[NAME_LABEL] === databaseName(name);
  return {
    database: hasDatabase ? applyAndWait(deployment, databaseName(name), own.filter(ofDatabase)) : Promise.resolve(),
    service: () =>
      applyAndWait(
        deployment,
        name,
        own.filter((object) => !ofDatabase(object)),
      ),
  };
}

async function applyAndWait(
  { api, view, stack, apply, timeoutMs, report }: Deployment,
  who: string,
  objects: KubernetesObject[],
): Promise<void> {
  reportApplied(report, who, await apply(objects));
  for (const { kind, metadata } of objects) {
    if (kind !== 'Deployment' && kind !== 'StatefulSet') continue;
    const progress = (waitingFor: string) => report.event(who, `rollout   waiting for ${waitingFor}`);
    await rollout(api, view, stack, kind, metadata.name, timeoutMs, progress);
    report.event(who, `rollout   ${metadata.name} is ready`);
  }
}

async function* inOrder(
  contracts: ServiceContract[],
  start: (contract: ServiceContract) => { database: Promise<void>; service: () => Promise<void> },
  report: Reporter,
): AsyncGenerator<ServiceResult> {
  const results = new Map<string, Promise<ServiceResult>>();
  const run = async (contract: ServiceContract): Promise<ServiceResult> => {
    const { name: service } = contract;
    const { database, service: startService } = start(contract);
    // Awaited below; until then a failure must not count as unhandled.
    database.catch(() => undefined);
    const callees = contract.calls.flatMap((callee) => results.get(callee) ?? []);
    const failed = (await Promise.all(callees))
      .filter(({ status }) => status !== 'success')
      .map((result) => result.service);
    try {
      await database;
      if (failed.length > 0) {
        const message = `held back: it calls ${failed.join(' and ')}, which did not get ready`;
        report.event(service, message);
        return { service, status: 'skipped', message };
      }
      await startService();
      return { service, status: 'success', message: 'ready' };
    } catch (error) {
      const message = (error as Error).message;
      report.block(service, `FAILED    ${message}`);
      return { service, status: 'failure', message };
    }
  };
  for (const contract of calleesFirst(contracts)) results.set(contract.name, run(contract));
  const pending = new Map(results);
  while (pending.size > 0) {
    const result = await Promise.race(pending.values());
    pending.delete(result.service);
    yield result;
  }
}

/** The contracts sorted so that everyone comes after those it calls. */
function calleesFirst(contracts: ServiceContract[]): ServiceContract[] {
  const sorted = new Set<ServiceContract>();
  const visit = (contract: ServiceContract) => {
    for (const callee of contract.calls) contracts.filter(({ name }) => name === callee).forEach(visit);
    sorted.add(contract);
  };
  contracts.forEach(visit);
  return [...sorted];
}

function reportApplied(report: Reporter, who: string, applied: Applied[]): void {
  const changed = applied.filter(({ outcome }) => outcome !== 'unchanged');
  const names = changed.map(({ object, outcome }) => `${object.kind}/${object.metadata.name} ${outcome}`);
  report.event(who, `apply     ${changed.length === 0 ? `${applied.length} objects unchanged` : names.join(', ')}`);
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
