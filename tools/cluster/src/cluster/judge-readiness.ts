import type { NodeContainer } from './cluster-state.ts';

export type NodeReadiness = { name: string; ready: boolean; version: string };

export type Readiness = {
  /** Empty when the cluster can take work; otherwise what is not there yet, in words. */
  waitingFor: string[];
  nodes: NodeReadiness[];
};

type Condition = { type: string; status: string; lastHeartbeatTime?: string };

/** The few fields of nodes, pods and storage classes that are looked at. */
export type KubeObject = {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
  };
  spec?: { nodeName?: string };
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
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/**
 * A cluster that was stopped answers at first with what etcd remembers: nodes Ready, pods Running, all of it history.
 * So whatever is older than the start of its node's container does not count.
 */
export function judgeReadiness(objects: readonly KubeObject[], containers: readonly NodeContainer[]): Readiness {
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
  return { waitingFor, nodes };
}

// Kubernetes' times have no fractions.
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function trueCondition(object: KubeObject, type: string): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

function isPodOf({ kind, metadata }: KubeObject, workload: (typeof WORKLOADS)[number]): boolean {
  return (
    kind === 'Pod' &&
    metadata.namespace === workload.namespace &&
    metadata.labels?.[workload.label] === workload.value &&
    metadata.deletionTimestamp === undefined
  );
}
