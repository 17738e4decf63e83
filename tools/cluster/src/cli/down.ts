import { deletionSteps } from '../cluster/deletion-steps.ts';
import { MissingError } from '../core/failures.ts';
import { withLock } from '../core/lock.ts';
import { cacheDir, self } from '../core/paths.ts';
import { runSteps, say } from '../core/steps.ts';
import { findEngine } from '../engine/find-engine.ts';
import type { CliArguments } from './options.ts';

/** Deletes the cluster with its volumes. Images and programs stay in the cache. */
export async function down({ name }: CliArguments): Promise<number> {
  if ((await findEngine()).state !== 'running') {
    throw new MissingError(`no Docker engine runs, so the cluster cannot be deleted.\nCure: ${self} engine --install`);
  }
  return withLock(cacheDir, async () => {
    const steps = await deletionSteps(name);
    if (steps.length === 0) say(`there is no cluster ${name}`);
    await runSteps(steps);
    return 0;
  });
}
