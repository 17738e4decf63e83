import type { Step } from '../core/steps.ts';
import { chooseImageSource } from '../images/choose-source.ts';
import { hasTools, toolsStep } from '../packages/binaries/ensure-binaries.ts';
import { clusterState } from './cluster-state.ts';
import { deleteCluster } from './create-cluster.ts';

/** What deletes the cluster with its volumes; nothing when there is none. */
export async function deletionSteps(name: string): Promise<Step[]> {
  if ((await clusterState(name)).state === 'absent') return [];
  return [
    ...(hasTools() ? [] : [toolsStep(await chooseImageSource('auto'))]),
    { id: 'delete', title: `deleting cluster ${name}`, estimate: 2, run: () => deleteCluster(name) },
  ];
}
