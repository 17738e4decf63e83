import type { CliArguments } from '../cli-arguments.ts';
import { clusterState, isFromPackages } from '../cluster/cluster-state.ts';
import { readiness } from '../cluster/readiness.ts';
import { componentSteps } from '../components/component-steps.ts';
import { metricsServer } from '../components/metrics-server.ts';
import { findEngine } from '../engine/find-engine.ts';
import { MissingError } from '../exec/failures.ts';
import { withLock } from '../exec/lock.ts';
import { cacheDir, self } from '../paths.ts';
import { runSteps, say } from '../progress/progress.ts';
import { hasTools } from '../tools/ensure-tools.ts';
import { sweepWorkFolders } from '../work-folder.ts';

/** What a cluster runs only when it is asked for. Adding it again brings it up to date. */
export async function add({ name }: CliArguments): Promise<number> {
  return withLock(cacheDir, async () => {
    await sweepWorkFolders();
    const found = (await findEngine()).state === 'running' ? await clusterState(name) : undefined;
    const isUp = found?.state === 'running' && hasTools() && (await readiness(name)).waitingFor.length === 0;
    if (!isUp) throw new MissingError(`cluster ${name} is not up.\nCure: ${self} up`);
    await runSteps(await componentSteps(metricsServer, name, isFromPackages(found) ? 'packages' : 'official'));
    say(`resource metrics are there: kubectl --context kind-${name} top pods -A`);
    return 0;
  });
}
