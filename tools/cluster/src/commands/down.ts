import type { CliArguments } from '../cli-arguments.ts';
import { deletionSteps } from '../cluster/deletion-steps.ts';
import { findEngine } from '../engine/find-engine.ts';
import { MissingError } from '../exec/failures.ts';
import { withLock } from '../exec/lock.ts';
import { cacheDir, self } from '../paths.ts';
import { runSteps, say } from '../progress/progress.ts';

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
