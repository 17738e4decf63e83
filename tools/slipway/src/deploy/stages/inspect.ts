import type { ServiceSpec } from '../../services/service-spec.ts';
import { historyProblems } from '../../services/migration-problems.ts';
import { type Inventory, readInventory } from '../../kubernetes/apply/inventory/inventory.ts';
import { volumeClaims } from '../../kubernetes/apply/inventory/volume-claims.ts';
import { isEnding, untilNamespaceGone } from '../../kubernetes/client/namespace-end.ts';
import { kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { PlanContext } from '../context/deploy-context.ts';
import { type ClaimedNamespace, claimNamespace } from '../namespace/claim-namespace.ts';
import { foreignData } from '../namespace/foreign-problems.ts';
import { nodeProblems } from './node-problems.ts';

/** The cluster as a deploy finds it. */
export type ClusterState = {
  /** How the stack may use its namespace. */
  namespace: ClaimedNamespace;
  /** What earlier deploys have put there; without the migrations of databases that are about to be emptied. */
  inventory: Inventory;
  /** Names of the claims on volumes in the namespace. */
  claims: string[];
};

/** How long a namespace that is being deleted may take, ms: databases have 60 s to end, services 30. */
const ENDING_MS = 120_000;

/** Throws UserError when the namespace is not the stack's and may not be adopted. */
export async function inspect(context: PlanContext): Promise<ClusterState> {
  const { settings, stack, api, report, services, options } = context;
  await untilSettled(context);
  const namespace = await claimNamespace(api, settings, options);
  if (namespace.isShared && namespace.isNew) report.event('stack', 'apply', adoptionOf(stack));
  const tell = (message: string) => report.event('stack', 'apply', message);
  const [inventory, claims] = await Promise.all([readInventory(api, stack, tell), volumeClaims(api, stack)]);
  const isEmptied = options.emptyDatabases === true;
  return { namespace, inventory: isEmptied ? withoutMigrations(inventory, services) : inventory, claims };
}

/** What is wrong with the cluster for these services: its nodes, others' data under their names, databases' histories. */
export async function clusterProblems(
  { settings, stack, api, services }: PlanContext,
  { namespace, inventory }: ClusterState,
  { serviceSpecs }: { serviceSpecs: ServiceSpec[] },
): Promise<Problem[]> {
  const selected = serviceSpecs.filter(({ name }) => services.includes(name));
  // On kind alone: elsewhere a reset is refused.
  const resetCommand = ({ name }: ServiceSpec) =>
    kindCluster(api.context) === undefined ? undefined : nxCommand(settings, api.context, `run ${name}:reset`);
  return [
    ...(await nodeProblems(api)),
    ...(namespace.isShared ? await foreignData(api, { stack, inventory, ...namespace }, serviceSpecs) : []),
    ...selected.flatMap((spec) =>
      historyProblems(settings.workspaceRoot, spec, inventory[spec.name]?.migrations ?? {}, resetCommand(spec)),
    ),
  ];
}

/** A stack that is being torn down is waited for. */
async function untilSettled({ api, stack, report }: PlanContext): Promise<void> {
  if (!(await isEnding(api, stack))) return;
  report.event('stack', 'teardown', `namespace ${stack} is still being deleted: waiting for its end`);
  await untilNamespaceGone(api, stack, ENDING_MS);
}

function adoptionOf(stack: string): string {
  return `namespace ${stack} is not of slipway's making: its labels stay, Pod Security's among them, and the policy that denies all traffic is for the stack's pods alone`;
}

function withoutMigrations(inventory: Inventory, services: string[]): Inventory {
  const entries = Object.entries(inventory);
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, services.includes(name) ? { ...entry, migrations: {} } : entry]),
  );
}
