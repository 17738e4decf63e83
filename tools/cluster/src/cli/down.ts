import { deletionSteps } from '../cluster/delete-cluster.ts';
import { withCacheLock } from '../core/cache-lock.ts';
import { missingError } from '../core/errors.ts';
import { self } from '../core/paths.ts';
import { runSteps, say } from '../core/steps.ts';
import { findEngine } from '../engine/find-engine.ts';
import type { Options } from './options.ts';

/** Deletes the cluster with its volumes. Images and programs stay in the cache. */
export async function down({ name }: Options): Promise<number> {
  if ((await findEngine()).state !== 'running') {
    throw missingError('deleting the cluster needs the Docker engine, which does not run', `${self} engine --install`);
  }
  return withCacheLock(async () => {
    const steps = await deletionSteps(name);
    if (steps.length === 0) say(`there is no cluster ${name}`);
    await runSteps(steps);
    return 0;
  });
}
