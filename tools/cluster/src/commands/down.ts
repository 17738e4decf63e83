import type { CliArguments } from '../cli-arguments.ts';
import { clusterState } from '../cluster/cluster-state.ts';
import { deleteCluster } from '../cluster/create-cluster.ts';
import { findEngine } from '../engine/find-engine.ts';
import { MissingError } from '../exec/failures.ts';
import { withLock } from '../exec/lock.ts';
import { chooseImageSource } from '../image-source/choose-image-source.ts';
import { cacheDir, self } from '../paths.ts';
import { runSteps, say } from '../progress/progress.ts';
import { hasTools, toolsStep } from '../tools/ensure-tools.ts';

/** Deletes the cluster with its volumes. Images and programs stay in the cache. */
export async function down({ name }: CliArguments): Promise<number> {
  if ((await findEngine()).state !== 'running') {
    throw new MissingError(`no Docker engine runs, so the cluster cannot be deleted.\nCure: ${self} engine --install`);
  }
  return withLock(cacheDir, async () => {
    if ((await clusterState(name)).state === 'absent') {
      say(`there is no cluster ${name}`);
      return 0;
    }
    if (!hasTools()) await runSteps([toolsStep(await chooseImageSource('auto'))]);
    await runSteps([{ id: 'delete', title: `deleting cluster ${name}`, estimate: 2, run: () => deleteCluster(name) }]);
    return 0;
  });
}
