import { UserError } from '@slipway/util/errors';
import {
  type Inventory,
  type InventoryEntry,
  objectId,
  type ObjectId,
  STACK,
} from '../../kubernetes/apply/inventory/inventory.ts';
import { orphanedObjects } from '../../kubernetes/apply/inventory/prune.ts';
import { fragmentOf } from '../../services/service-roots.ts';
import { plan, type PlannedObject } from '../../kubernetes/apply/plan.ts';
import { policiesOfRunning } from '../../kubernetes/apply/policies-of-running.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { SERVICE_LABEL } from '../../kubernetes/labels.ts';
import { databaseClaim } from '../../manifests/defaults/database.ts';
import { devPatch } from '../../manifests/overlay/dev-patch.ts';
import { rehashPatched } from '../../manifests/overlay/rehash-patched.ts';
import type { DatabaseLogin } from '../../services/database-login.ts';
import { deployedMigrations } from '../../services/migration-problems.ts';
import { isSynced } from '../../services/is-synced.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { PlanContext } from '../context/deploy-context.ts';
import { type ClaimedNamespace, markAdopted } from '../namespace/claim-namespace.ts';
import { foreignProblems } from '../namespace/foreign-problems.ts';
import { inSharedNamespace } from '../namespace/in-shared-namespace.ts';
import { reportDrift } from '../report/report-plan.ts';
import type { PreparedStack } from './assemble-and-build.ts';
import { withChangeCause } from './change-cause.ts';
import type { ClusterState } from './inspect.ts';
import type { Sources } from './read-sources.ts';

/** What a deploy does to the objects of one owner, a service or the stack, and what the inventory says of them. */
export type OwnerPlan = {
  planned: PlannedObject[];
  /** The inventory's entry now. */
  listed: InventoryEntry | undefined;
  /** The inventory's entry afterwards. */
  entry: InventoryEntry;
  /** Objects that the inventory lists and the files no longer declare. */
  orphaned: ObjectId[];
};

export type ServicePlan = OwnerPlan & {
  spec: ServiceSpec;
  /** The login that the service uses, where its database has a volume already. */
  oldLogin: DatabaseLogin | undefined;
};

/** All that a deploy is going to do to the cluster; a value, of which nothing is done. */
export type DeployPlan = {
  /** How the stack may use its namespace. */
  namespace: ClaimedNamespace;
  /** Objects that belong to no single service. */
  shared: OwnerPlan;
  /** Services' objects that have to be there as early as the shared ones. */
  early: PlannedObject[];
  services: ServicePlan[];
  /** Services that the inventory knows and the workspace no longer has. */
  orphanedServices: { service: string; objects: ObjectId[] }[];
  /** The objects of the stack and the services as the files declare them. */
  declared: KubernetesObject[];
};

/**
 * Asks the cluster what the deploy would change. Throws ValidationError with everything that the API server would refuse
 * and every object of others that would be taken over.
 */
export async function makePlan(
  context: PlanContext,
  { cluster, sources, stack }: { cluster: ClusterState; sources: Sources; stack: PreparedStack },
): Promise<DeployPlan> {
  const { timeline } = context;
  const whereIs = fragmentOf(stack.serviceSpecs.map(({ root }) => root));
  const { declared, planned, problems } = await timeline.measure('stack', 'plan', async () => {
    const rendered = rehashPatched(await sources.render(stack.changed), stack.configMaps);
    const declared = toDeploy(context, cluster, rendered);
    return { declared, ...(await plan(context.api, underRunner(context, stack.serviceSpecs, declared), whereIs)) };
  });
  problems.push(...foreignProblems(planned, { stack: context.stack, ...cluster, ...cluster.namespace }, whereIs));
  if (problems.length > 0) throw new ValidationError(problems);
  const marked = await withChangeCause(context.settings.workspaceRoot, planned);
  return { declared, ...dividePlan(context, cluster, stack, marked) };
}

/** Every object that the plan looks at. */
export function allPlanned({ shared, services }: DeployPlan): PlannedObject[] {
  return [shared, ...services].flatMap(({ planned }) => planned);
}

/** Every object that the inventory lists for the stack and the concerned services, and the files no longer declare. */
export function staleObjects(plan: DeployPlan): ObjectId[] {
  const listed = [
    ...[plan.shared, ...plan.services].flatMap((owner) => owner.listed?.objects ?? []),
    ...plan.orphanedServices.flatMap(({ objects }) => objects),
  ];
  return orphanedObjects(
    listed,
    allPlanned(plan).map(({ object }) => objectId(object)),
  );
}

/** Reports what others have set. Throws when that is to be left to them. */
export function refuseDrift({ options: { force }, report }: PlanContext, plan: DeployPlan): void {
  const drifted = reportDrift(allPlanned(plan), force ? 'reverted' : 'kept', report);
  if (drifted === 0 || force) return;
  throw new UserError(
    `others have set ${drifted} of our fields (see above), and --no-force keeps theirs: nothing was touched`,
  );
}

/** Marks a namespace that the stack adopts with this deploy. */
export async function adopt({ api, settings }: PlanContext, { namespace }: DeployPlan): Promise<void> {
  if (namespace.isShared && namespace.isNew) await markAdopted(api, settings);
}

function toDeploy({ stack, services }: PlanContext, { namespace }: ClusterState, rendered: KubernetesObject[]) {
  const objects = namespace.isShared ? inSharedNamespace(rendered, stack) : rendered;
  return objects.filter((object) => isShared(object) || services.some((name) => name === ownerOf(object)));
}

function underRunner(
  { services, options: { devRunner } }: PlanContext,
  serviceSpecs: ServiceSpec[],
  declared: KubernetesObject[],
) {
  if (devRunner === undefined) return declared;
  const synced = serviceSpecs.filter((spec) => services.includes(spec.name) && isSynced(spec)).map(({ name }) => name);
  return synced.reduce((objects, service) => devPatch(objects, service, devRunner), declared);
}

function dividePlan(
  { settings, services }: PlanContext,
  { namespace, inventory, claims }: ClusterState,
  { serviceSpecs, logins }: PreparedStack,
  planned: PlannedObject[],
): Omit<DeployPlan, 'declared'> {
  const shared = planned.filter(({ object }) => isShared(object));
  const early = policiesOfRunning(
    shared,
    planned.filter(({ object }) => !isShared(object)),
  );
  const selected = serviceSpecs.filter(({ name }) => services.includes(name));
  return {
    namespace,
    shared: sharedPlan(shared, inventory),
    early,
    services: selected.map((spec) => {
      const { [spec.name]: listed } = inventory;
      const own = planned.filter(({ object }) => ownerOf(object) === spec.name);
      const objects = own.map(({ object }) => objectId(object));
      const isOld = spec.hasDatabase && claims.includes(databaseClaim(spec.name));
      return {
        spec,
        planned: own,
        listed,
        entry: { objects, migrations: deployedMigrations(settings.workspaceRoot, spec, listed?.migrations) },
        orphaned: orphanedObjects(listed?.objects ?? [], objects),
        oldLogin: isOld ? logins[spec.name] : undefined,
      };
    }),
    // Only a deploy of everything can tell that a service is gone for good.
    orphanedServices: selected.length === serviceSpecs.length ? findOrphanedServices(inventory, services) : [],
  };
}

function sharedPlan(planned: PlannedObject[], inventory: Inventory): OwnerPlan {
  const listed = inventory[STACK] ?? { objects: [], migrations: {} };
  // The inventory lives in the namespace and does not list it.
  const objects = planned.filter(({ object }) => object.kind !== 'Namespace').map(({ object }) => objectId(object));
  return {
    planned,
    listed,
    entry: { ...listed, objects },
    orphaned: orphanedObjects(listed.objects, objects),
  };
}

function findOrphanedServices(inventory: Inventory, services: string[]): DeployPlan['orphanedServices'] {
  return Object.entries(inventory)
    .filter(([owner]) => owner !== STACK && !services.includes(owner))
    .map(([service, { objects }]) => ({ service, objects }));
}

function ownerOf(object: KubernetesObject): string | undefined {
  return object.metadata.labels?.[SERVICE_LABEL];
}

function isShared(object: KubernetesObject): boolean {
  return ownerOf(object) === undefined;
}
