import type { Step } from '../core/steps.ts';
import { chooseImageSource } from '../images/choose-source.ts';
import { binariesStep, hasBinaries } from '../packages/binaries/ensure-binaries.ts';
import { clusterState, unmarkCreation } from './cluster-state.ts';
import { kind } from './kubectl.ts';

/** The steps that delete the cluster with its volumes; none when there is no cluster. */
export async function deletionSteps(name: string): Promise<Step[]> {
  if ((await clusterState(name)).state === 'absent') return [];
  return [
    ...(hasBinaries() ? [] : [binariesStep(await chooseImageSource('auto'))]),
    { id: 'delete', title: `deleting cluster ${name}`, estimate: 2, run: () => deleteCluster(name) },
  ];
}

export async function deleteCluster(name: string): Promise<void> {
  await kind(['delete', 'cluster', '--name', name]);
  unmarkCreation(name);
}
