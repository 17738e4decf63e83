/**
 * Decides from one look at the API whether the cluster can take work. A cluster that was stopped answers at first with
 * what etcd remembers: nodes Ready, pods Running, all of it history. So nothing counts that is older than the start of
 * its node's container.
 */
import type { NodeContainer } from './cluster-state.ts';

export type NodeReadiness = { name: string; ready: boolean; version: string };

export type Readiness = {
  /** What is missing, in words; empty when the cluster can take work. */
  waitingFor: string[];
  nodes: NodeReadiness[];
  /** What enforces NetworkPolicies; null when they are accepted and have no effect. */
  policies: { by: string; isCurrent: boolean } | null;
};

type Condition = { type: string; status: string; lastHeartbeatTime?: string };

/** The fields that count of nodes, pods, storage classes, daemon sets and leases. */
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

/** On a workload: the cache key of what it was made from, so that an older one is recognised. */
export const RECIPE_ANNOTATION = 'slipway.local/recipe';

const WORKLOADS = [
  { name: 'coredns', namespace: 'kube-system', label: 'k8s-app', value: 'kube-dns' },
  { name: 'local-path-provisioner', namespace: 'local-path-storage', label: 'app', value: 'local-path-provisioner' },
];
/** DaemonSets that enforce NetworkPolicies: ours, and the one of kind's official image. */
const OURS = 'kube-router';
const ENFORCERS = [OURS, 'kindnet'];
/** After a restart they wait until the lease of their predecessor expires, 15 s; until then Services lead to old pods. */
const LEADERS = ['kube-controller-manager', 'kube-scheduler'];
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** `policyRecipe`: the recipe of today's enforcer of NetworkPolicies. */
export function evaluateReadiness(
  objects: readonly KubeObject[],
  containers: readonly NodeContainer[],
  policyRecipe: string,
): Readiness {
  const isSince = sinceStartOf(containers);
  const isUp = (pod: KubeObject): boolean =>
    trueCondition(pod, 'Ready') !== undefined &&
    (pod.status?.containerStatuses ?? []).every(({ state }) => isSince(pod.spec?.nodeName, state?.running?.startedAt));
  const nodes = nodeReadiness(objects, isSince);
  const policies = enforcerOf(objects, policyRecipe);
  const waitingFor = [
    ...containers
      .filter(({ name }) => !nodes.some((node) => node.name === name && node.ready))
      .map(({ name }) => `node ${name}`),
    ...WORKLOADS.filter((workload) => {
      const pods = objects.filter((object) => isPodOf(object, workload));
      return pods.length === 0 || !pods.every(isUp);
    }).map(({ name }) => name),
    ...(objects.some(isDefaultClass) ? [] : ['a default StorageClass']),
    ...LEADERS.filter((leader) => !objects.some((object) => isHeldLease(object, leader, containers))),
    ...unconfirmedPods(objects, containers, isSince),
    ...unguardedNodes(objects, containers, policies, isUp),
  ];
  return { waitingFor, nodes, policies };
}

type IsSince = (node: string | undefined, time: string | undefined) => boolean;

/** Whether a time is not before the start of the node's container. */
function sinceStartOf(containers: readonly NodeContainer[]): IsSince {
  const startOf = new Map(containers.map(({ name, startedAt }) => [name, wholeSecond(startedAt)]));
  return (node, time) => time !== undefined && Date.parse(time) >= (startOf.get(node ?? '') ?? Infinity);
}

// Kubernetes' times have no fractions.
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function nodeReadiness(objects: readonly KubeObject[], isSince: IsSince): NodeReadiness[] {
  return objects
    .filter(({ kind }) => kind === 'Node')
    .map((node) => ({
      name: node.metadata.name,
      ready: isSince(node.metadata.name, trueCondition(node, 'Ready')?.lastHeartbeatTime),
      version: node.status?.nodeInfo?.kubeletVersion ?? 'unknown',
    }));
}

/** Pods that the API server calls running since before the start of their node: they may not run. */
function unconfirmedPods(
  objects: readonly KubeObject[],
  containers: readonly NodeContainer[],
  isSince: IsSince,
): string[] {
  const pods = objects.filter(
    ({ kind, metadata, spec, status }) =>
      kind === 'Pod' &&
      metadata.deletionTimestamp === undefined &&
      containers.some(({ name }) => name === spec?.nodeName) &&
      (status?.containerStatuses ?? []).some(
        ({ state }) => state?.running !== undefined && !isSince(spec?.nodeName, state.running.startedAt),
      ),
  );
  return pods.length === 0 ? [] : [`the current state of ${pods.length} pods`];
}

/** Nodes on which the enforcer of NetworkPolicies does not run. An older one is not waited for: `up` replaces it. */
function unguardedNodes(
  objects: readonly KubeObject[],
  containers: readonly NodeContainer[],
  policies: Readiness['policies'],
  isUp: (pod: KubeObject) => boolean,
): string[] {
  if (!policies?.isCurrent) return [];
  const workload = { namespace: 'kube-system', label: 'k8s-app', value: policies.by };
  const enforcing = objects.filter((object) => isPodOf(object, workload) && isUp(object));
  return containers
    .filter(({ name }) => !enforcing.some(({ spec }) => spec?.nodeName === name))
    .map(({ name }) => `${policies.by} on ${name}`);
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

function isDefaultClass({ kind, metadata }: KubeObject): boolean {
  return kind === 'StorageClass' && metadata.annotations?.[DEFAULT_CLASS] === 'true';
}

// The holder is named NODE_UID. Its time, unlike most in Kubernetes, has fractions.
function isHeldLease({ kind, metadata, spec }: KubeObject, leader: string, nodes: readonly NodeContainer[]): boolean {
  if (kind !== 'Lease' || metadata.namespace !== 'kube-system' || metadata.name !== leader) return false;
  return nodes.some(
    ({ name, startedAt }) =>
      (spec?.holderIdentity ?? '').startsWith(`${name}_`) && Date.parse(spec?.renewTime ?? '') >= startedAt,
  );
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
