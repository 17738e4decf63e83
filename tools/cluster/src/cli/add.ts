import { componentSteps } from '../addons/component-steps.ts';
import { metricsServer } from '../addons/metrics-server.ts';
import { clusterState, isFromPackages } from '../cluster/cluster-state.ts';
import { readiness } from '../cluster/readiness.ts';
import { MissingError } from '../core/failures.ts';
import { withLock } from '../core/lock.ts';
import { cacheDir, self } from '../core/paths.ts';
import { runSteps, say } from '../core/steps.ts';
import { sweepWorkFolders } from '../core/work-folder.ts';
import { findEngine } from '../engine/find-engine.ts';
import { hasTools } from '../packages/binaries/ensure-binaries.ts';
import type { CliArguments } from './options.ts';

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
