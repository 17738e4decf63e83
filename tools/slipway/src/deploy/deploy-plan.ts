import type { DatabaseLogin } from '../services/database-login.ts';
import type { ServiceSpec } from '../services/service-spec.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import type { ContainerImage } from '../images/container-image.ts';
import { type Inventory, objectId, readInventory, STACK } from '../kubernetes/apply/inventory/inventory.ts';
import { orphanedObjects } from '../kubernetes/apply/inventory/prune.ts';
import { volumeClaims } from '../kubernetes/apply/inventory/volume-claims.ts';
import type { KubeApi } from '../kubernetes/client/kube-api.ts';
import { kindCluster, nxCommand } from '../kubernetes/client/target.ts';
import { isEnding, untilNamespaceGone } from '../kubernetes/client/namespace-end.ts';
import { databaseClaim } from '../manifests/defaults/database.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { SERVICE_LABEL } from '../kubernetes/labels.ts';
import { historyProblems } from '../services/migration-problems.ts';
import { type Adoption, type ClaimedNamespace, claimNamespace } from './namespace/claim-namespace.ts';
import { foreignProblems, foreignData } from './namespace/foreign-problems.ts';
import { inSharedNamespace } from './namespace/in-shared-namespace.ts';
import { rehashPatched } from '../manifests/overlay/rehash-patched.ts';
import { startRender } from '../manifests/overlay/prefetched-render.ts';
import type { Reporter } from './report/reporter.ts';
import type { NodeLoad } from '../images/publish/kind-nodes.ts';
import type { Timeline } from '../util/timeline.ts';
import type { Settings } from '../util/workspace/settings.ts';
import { plan, type PlannedObject } from '../kubernetes/apply/plan.ts';
import { nodeProblems } from './preflight-cluster.ts';
import { prepareStack } from './prepare-stack.ts';

/** All that a deploy is going to do. Nothing of it is done, but that images are on their way to where they do no harm. */
export type DeployPlan = {
  /** The services to deploy. */
  selected: ServiceSpec[];
  /** What the nodes were sent meanwhile; undefined without `deliver`. */
  delivered: Promise<NodeLoad[]> | undefined;
  /** How the stack may use its namespace. */
  namespace: ClaimedNamespace;
  /** Objects of the stack itself, and of each service. */
  shared: PlannedObject[];
  byService: Map<string, PlannedObject[]>;
  inventory: Inventory;
  /** Service → the login that it uses; of those whose database has a volume already. */
  oldDatabases: Map<string, DatabaseLogin>;
  /** Services that the inventory knows and the workspace no longer has. */
  orphanedServices: string[];
};

/** Makes the objects to deploy from those that are declared. */
export type Reshape = (declared: KubernetesObject[]) => KubernetesObject[];

type PlanOptions = Adoption & {
  /** Where images are pushed to and pulled from, instead of being sent to the nodes. */
  registry?: string;
  reshape?: Reshape;
  /** The databases will be empty: what they have does not matter. */
  emptyDatabases?: boolean;
  /** Brings images to the nodes: beside the plan, as soon as the files have no problems. */
  deliver?: (images: ContainerImage[]) => Promise<NodeLoad[]>;
};

const OVERLAY = 'deploy/dev';
/** How long a namespace that is being deleted may take, ms: databases have 60 s to end, services 30. */
const ENDING_MS = 120_000;

/**
 * Builds what is to be deployed and asks the cluster what that would change. Changes no object of the cluster; throws
 * ValidationError with everything that is wrong with the files, with the nodes, or that the API server would refuse.
 */
export async function deployPlan(
  settings: Settings,
  services: string[],
  api: KubeApi,
  report: Reporter,
  timeline: Timeline,
  { registry, reshape = (objects) => objects, emptyDatabases = false, deliver, ...adoption }: PlanOptions,
): Promise<DeployPlan> {
  const { workspaceRoot, stack } = settings;
  await untilSettled(api, stack, report);
  const namespace = await claimNamespace(api, settings, adoption);
  if (namespace.isShared && namespace.isNew) report.event('stack', 'apply', adoptionOf(stack));
  const current = await readInventory(api, stack);
  const inventory = emptyDatabases ? withoutMigrations(current, services) : current;
  const claims = volumeClaims(api, stack);
  // Whoever needs them hears of it; a deploy that has problems before that does not.
  claims.catch(() => undefined);
  const render = startRender(workspaceRoot, OVERLAY);
  const isSelected = ({ name }: ServiceSpec) => services.includes(name);
  const prepared = await prepareStack(settings, api, report, timeline, registry, async (all) => [
    ...(await nodeProblems(api)),
    ...(namespace.isShared ? await foreignData(api, { stack, inventory, ...namespace }, all) : []),
    ...all.filter(isSelected).flatMap((serviceSpec) =>
      historyProblems(
        workspaceRoot,
        serviceSpec,
        inventory[serviceSpec.name]?.migrations ?? {},
        // Only there: elsewhere it is refused.
        kindCluster(api.context) === undefined
          ? undefined
          : nxCommand(settings, api.context, `run ${serviceSpec.name}:reset`),
      ),
    ),
  ]);
  const { serviceSpecs, images, configMaps, logins, changed } = prepared;
  const selected = serviceSpecs.filter(isSelected);
  const delivered = deliver?.(neededImages(selected, images));
  // Whoever carries the plan out hears of it; a plan with problems does not.
  delivered?.catch(() => undefined);
  const { planned, problems } = await timeline.measure('stack', 'plan', async () => {
    const declared = rehashPatched(await render(changed), configMaps);
    const rendered = reshape(namespace.isShared ? inSharedNamespace(declared, stack) : declared);
    return plan(
      api,
      rendered.filter((object) => isShared(object) || services.includes(ownerOf(object)!)),
    );
  });
  problems.push(...foreignProblems(planned, { stack, inventory, ...namespace }));
  if (problems.length > 0) throw new ValidationError(problems);
  const present = await claims;
  const old = selected.filter(({ name, hasDatabase }) => hasDatabase && present.includes(databaseClaim(name)));
  return {
    selected,
    namespace,
    delivered,
    shared: planned.filter(({ object }) => isShared(object)),
    byService: new Map(services.map((name) => [name, planned.filter(({ object }) => ownerOf(object) === name)])),
    inventory,
    oldDatabases: new Map(old.map(({ name }) => [name, logins[name]!])),
    // Only a deploy of everything can tell that a service is gone for good.
    orphanedServices: selected.length === serviceSpecs.length ? findOrphanedServices(inventory, services) : [],
  };
}

function withoutMigrations(inventory: Inventory, services: string[]): Inventory {
  const entries = Object.entries(inventory);
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, services.includes(name) ? { ...entry, migrations: {} } : entry]),
  );
}

/** A stack that is being torn down is waited for. */
async function untilSettled(api: KubeApi, stack: string, report: Reporter): Promise<void> {
  if (!(await isEnding(api, stack))) return;
  report.event('stack', 'teardown', `namespace ${stack} is still being deleted: waiting for its end`);
  await untilNamespaceGone(api, stack, ENDING_MS);
}

function adoptionOf(stack: string): string {
  return `namespace ${stack} is not of slipway's making: its labels stay, Pod Security's among them, and the policy that denies all traffic is for the stack's pods alone`;
}

/** Every object that the plan looks at. */
export function allPlanned({ shared, byService }: DeployPlan): PlannedObject[] {
  return [...shared, ...[...byService.values()].flat()];
}

/** What the inventory lists for the stack and the concerned services, and the files no longer declare. */
export function staleObjects(plan: DeployPlan) {
  const { selected, inventory, orphanedServices } = plan;
  const owners = [STACK, ...selected.map(({ name }) => name), ...orphanedServices];
  const listed = owners.flatMap((owner) => inventory[owner]?.objects ?? []);
  return orphanedObjects(
    listed,
    allPlanned(plan).map(({ object }) => objectId(object)),
  );
}

function findOrphanedServices(inventory: Inventory, services: string[]): string[] {
  return Object.keys(inventory).filter((owner) => owner !== STACK && !services.includes(owner));
}

function neededImages(selected: ServiceSpec[], images: Record<string, ContainerImage>): ContainerImage[] {
  const hasDatabase = selected.some((serviceSpec) => serviceSpec.hasDatabase);
  return [...selected.map(({ name }) => images[name]!), ...(hasDatabase ? [images.postgres!] : [])];
}

function ownerOf(object: KubernetesObject): string | undefined {
  return object.metadata.labels?.[SERVICE_LABEL];
}

/** Belongs to the stack, not to one service. */
function isShared(object: KubernetesObject): boolean {
  return ownerOf(object) === undefined;
}
