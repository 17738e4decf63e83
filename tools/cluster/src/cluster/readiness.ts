import { componentImage } from '../addons/component-image.ts';
import { componentRecipe } from '../addons/component-manifest.ts';
import { kubeRouter } from '../addons/kube-router.ts';
import { CommandError } from '../core/failures.ts';
import { clusterState } from './cluster-state.ts';
import { judgeReadiness, type KubeObject, type Readiness } from './evaluate-readiness.ts';
import { kubectl } from './kubectl.ts';

/** Asks once whether the cluster can take work; silence is an answer too. */
export async function readiness(cluster: string): Promise<Readiness> {
  const found = await clusterState(cluster);
  const containers = found.state === 'absent' ? [] : found.nodes;
  try {
    const answer = await kubectl(cluster, [
      'get',
      'nodes,pods,daemonsets.apps,storageclasses.storage.k8s.io,leases.coordination.k8s.io',
      '-A',
      '-o',
      'json',
    ]);
    const { items } = JSON.parse(answer) as { items: KubeObject[] };
    return judgeReadiness(items, containers, componentRecipe(kubeRouter, componentImage(kubeRouter)));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { waitingFor: [`the API (${lastLine(error.output)})`], nodes: [], policies: null };
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, 100) || 'no answer';
}
