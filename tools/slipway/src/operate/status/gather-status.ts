import { collectServiceSpecs } from '../../services/read-services.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { type Inventory, readInventory } from '../../kubernetes/apply/inventory/inventory.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { sortByDependency } from '../../services/dependency-order.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import { PART_OF_LABEL, SERVICE_LABEL } from '../../kubernetes/labels.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import { image } from '../../images/build/build-image.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { nodeStatus } from './node-status.ts';
import { collectFindings } from './findings.ts';
import { podFacts, type PodFacts } from './pod-facts.ts';
import type { ServiceStatus, StackStatus } from './stack-status.ts';
import { type Scrape, traffic } from './traffic.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';
import type { WorkloadKind } from '../../kubernetes/rollout/workload-state.ts';
import { addedStatus, workloadStatus } from './workload-status.ts';

/** What the working tree would deploy: services and, where they are compared, the tags of their images. */
export type WorkingTree = { serviceSpecs: ServiceSpec[]; tags: Record<string, string> };

/**
 * Reads the working tree as far as it can be read: a broken file must not hide the cluster. Without `compare` no image is
 * built, which may take too long during an incident.
 */
export async function readWorkingTree(settings: Settings, compare: boolean): Promise<WorkingTree> {
  const { serviceSpecs } = await collectServiceSpecs(settings.workspaceRoot);
  if (!compare) return { serviceSpecs, tags: {} };
  const tags = await Promise.all(
    serviceSpecs.map(async (serviceSpec): Promise<[string, string][]> => {
      const built = await image(settings, serviceSpec).catch(() => undefined);
      return built === undefined ? [] : [[serviceSpec.name, built.tag]];
    }),
  );
  return { serviceSpecs, tags: Object.fromEntries(tags.flat()) };
}

/** What the status of a service is made from. */
type Sources = {
  view: StackView;
  facts: Map<string, PodFacts>;
  earlier: Scrapes;
  inventory: Inventory;
  tree: WorkingTree;
};

/** Scrapes by pod, for the rates until the next look. */
export type Scrapes = Map<string, Scrape>;

/** The state of the stack now; rates are those since `earlier`. */
export async function gatherStatus(
  { api, view, settings, tree }: { api: KubeApi; view: StackView; settings: Settings; tree: WorkingTree },
  earlier: Scrapes,
): Promise<{ status: StackStatus; scrapes: Scrapes }> {
  const { stack } = settings;
  const [facts, nodes, inventory] = await Promise.all([
    podFacts(api, stack, podsOfStack(view)),
    nodeStatus(api),
    readInventory(api, stack),
  ]);
  const names = serviceNames(view, tree.serviceSpecs);
  const services = names.map((name) => serviceStatus(name, { view, facts, earlier, inventory, tree }));
  const databases = names
    .filter((name) => hasDatabase(name, view, tree.serviceSpecs))
    .map((name) => workloadStatus(view, 'StatefulSet', databaseName(name)));
  const added = addedWorkloads(view, databases).map(([kind, name]) => addedStatus(view, kind, name));
  const isReady =
    services.length > 0 &&
    [...services, ...databases, ...added].every(({ state }) => state === 'ready') &&
    nodes.every((node) => node.isReady);
  const parts = { services, databases, added, nodes };
  const findings = await collectFindings({ api, view, settings, facts, ...parts });
  const at = new Date().toISOString();
  return { status: { context: api.context, stack, at, isReady, findings, ...parts }, scrapes: scrapesOf(facts) };
}

/** Scrapes alone, to begin with. */
export async function scrapeOnce(api: KubeApi, view: StackView, stack: string): Promise<Scrapes> {
  return scrapesOf(await podFacts(api, stack, podsOfStack(view)));
}

function scrapesOf(facts: Map<string, PodFacts>): Scrapes {
  return new Map([...facts].flatMap(([pod, { scrape }]) => (scrape === undefined ? [] : [[pod, scrape] as const])));
}

/** Those of the working tree, callees first, then those that only the cluster has. */
function serviceNames(view: StackView, serviceSpecs: ServiceSpec[]): string[] {
  const deployed = [...view.deployments.values()]
    .filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] !== undefined)
    .map(({ metadata }) => metadata.name);
  return [...new Set([...sortByDependency(serviceSpecs), ...deployed.sort()])];
}

/** What services declare beside their Deployment and database; not what a CronJob creates. */
function addedWorkloads(view: StackView, databases: { name: string }[]): [WorkloadKind, string][] {
  const { statefulSets, daemonSets, jobs, cronJobs } = view;
  const stores = [
    ['StatefulSet', statefulSets],
    ['DaemonSet', daemonSets],
    ['Job', jobs],
    ['CronJob', cronJobs],
  ] as const;
  return stores.flatMap(([kind, store]) =>
    [...store.values()]
      .filter(
        ({ metadata }) => metadata.labels?.[SERVICE_LABEL] !== undefined && metadata.ownerReferences === undefined,
      )
      .filter(({ metadata }) => !databases.some(({ name }) => name === metadata.name))
      .map(({ metadata }): [WorkloadKind, string] => [kind, metadata.name]),
  );
}

function podsOfStack({ pods, stack }: StackView) {
  return [...pods.values()].filter(({ metadata }) => metadata.labels?.[PART_OF_LABEL] === stack);
}

function hasDatabase(name: string, view: StackView, serviceSpecs: ServiceSpec[]): boolean {
  return view.statefulSets.has(databaseName(name)) || serviceSpecs.some((it) => it.name === name && it.hasDatabase);
}

function serviceStatus(name: string, { view, facts, earlier, inventory, tree }: Sources): ServiceStatus {
  const workload = workloadStatus(view, 'Deployment', name);
  const own = podsOf(view, name).flatMap(({ metadata }) => {
    const known = facts.get(metadata.name);
    return known === undefined ? [] : [{ ...known, before: earlier.get(metadata.name) }];
  });
  const pairs = own.flatMap(({ scrape, before }) =>
    scrape === undefined || before === undefined ? [] : [{ before, after: scrape }],
  );
  const migration = Object.keys(inventory[name]?.migrations ?? {})
    .sort()
    .at(-1);
  const wanted = tree.tags[name];
  return {
    ...workload,
    failingChecks: countChecks(own.flatMap(({ failing = [] }) => failing)),
    ...(migration === undefined ? {} : { migration: migration.replace(/\.sql$/, '') }),
    ...(wanted === undefined || workload.image === undefined ? {} : { isFromWorkingTree: wanted === workload.image }),
    ...(pairs.length === 0 ? {} : { traffic: traffic(pairs) }),
  };
}

function countChecks(failing: { name: string; detail: string }[]): ServiceStatus['failingChecks'] {
  const counts = new Map<string, ServiceStatus['failingChecks'][number]>();
  for (const { name, detail } of failing) {
    const key = `${name}: ${detail}`;
    counts.set(key, { name, detail, pods: (counts.get(key)?.pods ?? 0) + 1 });
  }
  return [...counts.values()];
}
