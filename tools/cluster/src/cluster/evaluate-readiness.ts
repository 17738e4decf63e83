import { RECIPE_ANNOTATION } from '../addons/component-manifest.ts';
import type { NodeContainer } from './cluster-state.ts';

export type NodeReadiness = { name: string; ready: boolean; version: string };

export type Readiness = {
  /** Empty when the cluster can take work; otherwise what is not there yet, in words. */
  waitingFor: string[];
  nodes: NodeReadiness[];
  /** Who enforces NetworkPolicies; null when they are accepted and do nothing. */
  policies: { by: string; isCurrent: boolean } | null;
};

type Condition = { type: string; status: string; lastHeartbeatTime?: string };

/** The few fields of nodes, pods, storage classes, daemon sets and leases that are looked at. */
export type KubeObject = {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
  };
  spec?: { nodeName?: string; holderIdentity?: string; renewTime?: string };
  status?: {
    conditions?: Condition[];
    nodeInfo?: { kubeletVersion: string };
    containerStatuses?: Array<{ state?: { running?: { startedAt?: string } } }>;
  };
};

const WORKLOADS = [
  { name: 'coredns', namespace: 'kube-system', label: 'k8s-app', value: 'kube-dns' },
  { name: 'local-path-provisioner', namespace: 'local-path-storage', label: 'app', value: 'local-path-provisioner' },
];
/** DaemonSets that enforce NetworkPolicies: ours, and the one of kind's official image. */
const OURS = 'kube-router';
const ENFORCERS = [OURS, 'kindnet'];
/** Who restarts waits until the lease of its former self has run out, 15 s; until then Services lead to pods of before. */
const LEADERS = ['kube-controller-manager', 'kube-scheduler'];
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/**
 * A cluster that was stopped answers at first with what etcd remembers: nodes Ready, pods Running, all of it history.
 * So whatever is older than the start of its node's container does not count. `policyRecipe` is what our own enforcer
 * of NetworkPolicies is made from today.
 */
export function judgeReadiness(
  objects: readonly KubeObject[],
  containers: readonly NodeContainer[],
  policyRecipe: string,
): Readiness {
  const startOf = new Map(containers.map(({ name, startedAt }) => [name, wholeSecond(startedAt)]));
  const isSince = (node: string | undefined, time: string | undefined): boolean =>
    time !== undefined && Date.parse(time) >= (startOf.get(node ?? '') ?? Infinity);

  const nodes = objects
    .filter(({ kind }) => kind === 'Node')
    .map((node) => {
      const condition = trueCondition(node, 'Ready');
      return {
        name: node.metadata.name,
        ready: isSince(node.metadata.name, condition?.lastHeartbeatTime),
        version: node.status?.nodeInfo?.kubeletVersion ?? 'unknown',
      };
    });
  const isUp = (pod: KubeObject): boolean =>
    trueCondition(pod, 'Ready') !== undefined &&
    (pod.status?.containerStatuses ?? []).every(({ state }) => isSince(pod.spec?.nodeName, state?.running?.startedAt));

  /** What the API server says of it is from before its node's start: it may say Ready and not run. */
  const isRemembered = ({ kind, metadata, spec, status }: KubeObject): boolean =>
    kind === 'Pod' &&
    metadata.deletionTimestamp === undefined &&
    startOf.has(spec?.nodeName ?? '') &&
    (status?.containerStatuses ?? []).some(
      ({ state }) => state?.running !== undefined && !isSince(spec?.nodeName, state.running.startedAt),
    );

  const waitingFor = containers
    .filter(({ name }) => !nodes.some((node) => node.name === name && node.ready))
    .map(({ name }) => `node ${name}`);
  for (const workload of WORKLOADS) {
    const pods = objects.filter((object) => isPodOf(object, workload));
    if (pods.length === 0 || !pods.every(isUp)) waitingFor.push(workload.name);
  }
  if (
    !objects.some(({ kind, metadata }) => kind === 'StorageClass' && metadata.annotations?.[DEFAULT_CLASS] === 'true')
  ) {
    waitingFor.push('a default StorageClass');
  }
  const leads = (leader: string): boolean =>
    objects.some(
      (object) =>
        object.kind === 'Lease' &&
        object.metadata.namespace === 'kube-system' &&
        object.metadata.name === leader &&
        containers.some((node) => isHeldSinceStart(object, node)),
    );
  waitingFor.push(...LEADERS.filter((leader) => !leads(leader)));
  const remembered = objects.filter(isRemembered);
  if (remembered.length > 0) waitingFor.push(`news of ${remembered.length} pods`);
  const policies = enforcerOf(objects, policyRecipe);
  // One of an older recipe is about to be replaced, perhaps because it never gets ready.
  if (policies?.isCurrent) {
    const workload = { namespace: 'kube-system', label: 'k8s-app', value: policies.by };
    const enforcing = objects.filter((object) => isPodOf(object, workload) && isUp(object));
    const unguarded = containers.filter(({ name }) => !enforcing.some(({ spec }) => spec?.nodeName === name));
    waitingFor.push(...unguarded.map(({ name }) => `${policies.by} on ${name}`));
  }
  return { waitingFor, nodes, policies };
}

function enforcerOf(objects: readonly KubeObject[], policyRecipe: string): Readiness['policies'] {
  const enforcer = objects.find(
    ({ kind, metadata }) =>
      kind === 'DaemonSet' && metadata.namespace === 'kube-system' && ENFORCERS.includes(metadata.name),
  );
  if (!enforcer) return null;
  const by = enforcer.metadata.name;
  const isCurrent = by !== OURS || enforcer.metadata.annotations?.[RECIPE_ANNOTATION] === policyRecipe;
  return { by, isCurrent };
}

// The holder is named NODE_UID. Its time, other than most in Kubernetes, has fractions.
function isHeldSinceStart({ spec }: KubeObject, { name, startedAt }: NodeContainer): boolean {
  return (spec?.holderIdentity ?? '').startsWith(`${name}_`) && Date.parse(spec?.renewTime ?? '') >= startedAt;
}

// Kubernetes' times have no fractions.
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function trueCondition(object: KubeObject, type: string): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

function isPodOf({ kind, metadata }: KubeObject, workload: Omit<(typeof WORKLOADS)[number], 'name'>): boolean {
  return (
    kind === 'Pod' &&
    metadata.namespace === workload.namespace &&
    metadata.labels?.[workload.label] === workload.value &&
    metadata.deletionTimestamp === undefined
  );
}
