import { parseJson } from '@slipway/util/json';
import { CommandError } from '@slipway/util/errors';
import { clusterState } from './cluster-state.ts';
import { evaluateReadiness, type KubeObject, type Readiness } from './evaluate-readiness.ts';
import { kubectl } from './kubectl.ts';

const KINDS = 'nodes,pods,daemonsets.apps,storageclasses.storage.k8s.io,leases.coordination.k8s.io';

/**
 * Asks the cluster once whether it can take work. `policyRecipe`: what our enforcer of NetworkPolicies is made from today.
 * A cluster that does not answer is not ready.
 */
export async function readiness(cluster: string, policyRecipe: string): Promise<Readiness> {
  const found = await clusterState(cluster);
  const containers = found.state === 'absent' ? [] : found.nodes;
  try {
    const answer = await kubectl(cluster, ['get', KINDS, '-A', '-o', 'json']);
    const { items } = parseJson<{ items: KubeObject[] }>(answer, 'the answer of kubectl');
    return evaluateReadiness(items, containers, policyRecipe);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { waitingFor: [`the API (${lastLine(error.output)})`], nodes: [], policies: null };
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, 100) || 'no answer';
}
