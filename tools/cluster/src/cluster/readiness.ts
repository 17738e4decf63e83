import { CommandError } from '../exec/failures.ts';
import { kubectl } from './kubectl.ts';

type Condition = { type: string; status: string };
type KubeObject = {
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  status?: { conditions?: Condition[]; nodeInfo?: { kubeletVersion: string } };
};

export type NodeReadiness = { name: string; ready: boolean; version: string };
export type Readiness = {
  /** Empty when the cluster can take work; otherwise what is not there yet, in words. */
  waitingFor: string[];
  nodes: NodeReadiness[];
};

const WORKLOADS = ['kube-system/coredns', 'local-path-storage/local-path-provisioner'];
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** One question to the API. Throws CommandError while nobody answers. */
export async function readiness(cluster: string, nodeCount: number): Promise<Readiness> {
  const answer = await kubectl(cluster, ['get', 'nodes,deployments.apps,storageclasses.storage.k8s.io', '-A', '-o', 'json']);
  return judge((JSON.parse(answer) as { items: KubeObject[] }).items, nodeCount);
}

export function judge(objects: readonly KubeObject[], nodeCount: number): Readiness {
  const nodes = objects
    .filter(({ kind }) => kind === 'Node')
    .map((node) => ({
      name: node.metadata.name,
      ready: isTrue(node, 'Ready'),
      version: node.status?.nodeInfo?.kubeletVersion ?? 'unknown',
    }));
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  const waitingFor = nodes.filter(({ ready }) => !ready).map(({ name }) => `node ${name}`);
  if (nodes.length < nodeCount) waitingFor.push(`${nodeCount - nodes.length} more node(s)`);
  for (const wanted of WORKLOADS) {
    const found = deployments.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === wanted);
    if (!found || !isTrue(found, 'Available')) waitingFor.push(wanted);
  }
  const hasDefaultClass = objects.some(({ kind, metadata }) => kind === 'StorageClass' && metadata.annotations?.[DEFAULT_CLASS] === 'true');
  if (!hasDefaultClass) waitingFor.push('a default StorageClass');
  return { waitingFor, nodes };
}

function isTrue(object: KubeObject, type: string): boolean {
  return object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
}

/** The same, with silence as an answer. */
export async function readinessOrSilence(cluster: string, nodeCount: number): Promise<Readiness> {
  try {
    return await readiness(cluster, nodeCount);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { waitingFor: [`the API (${lastLine(error.output)})`], nodes: [] };
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, 100) || 'no answer';
}
