import { addonSteps } from '../addons/addon-steps.ts';
import { policyRecipe } from '../addons/kube-router.ts';
import { metricsServer } from '../addons/metrics-server.ts';
import { clusterState, isFromPackages } from '../cluster/cluster-state.ts';
import { contextOf } from '../cluster/kubectl.ts';
import { readiness } from '../cluster/readiness.ts';
import { withCacheLock } from '../core/cache-lock.ts';
import { missingError } from '../core/errors.ts';
import { self } from '../core/paths.ts';
import { runSteps, say } from '../core/steps.ts';
import { findEngine } from '../engine/find-engine.ts';
import { hasBinaries } from '../packages/binaries/ensure-binaries.ts';
import type { Options } from './options.ts';

/** Installs an optional part in the cluster, or brings it up to date. */
export async function add({ name }: Options): Promise<number> {
  return withCacheLock(async () => {
    const found = (await findEngine()).state === 'running' ? await clusterState(name) : undefined;
    const answers = found?.state === 'running' && hasBinaries();
    const isUp = answers && (await readiness(name, policyRecipe())).waitingFor.length === 0;
    if (!isUp) throw missingError(`cluster ${name} is not up`, `${self} up`);
    await runSteps(await addonSteps(metricsServer, name, isFromPackages(found) ? 'packages' : 'official'));
    say(`resource metrics are available: kubectl --context ${contextOf(name)} top pods -A`);
    return 0;
  });
}
