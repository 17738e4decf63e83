import { edit } from '../edit.ts';
import { lastDeployMs } from '../last-deploy-ms.ts';
import { place } from '../place.ts';
import { run } from '../run.ts';
import type { Sample } from '../sample.ts';

/** slipway's deploy of one edit, or of nothing new: with Nx, and what is left without it. */
export async function deploys(what: 'edit' | 'no-op'): Promise<Sample[]> {
  const command =
    what === 'edit' ? ['run', 'product:deploy-kind', '--excludeTaskDependencies'] : ['run-many', '-t', 'deploy-kind'];
  if (what === 'edit') edit.next();
  const { ms, peakMegabytes } = await run([...place.nx, ...command]);
  const name = what === 'edit' ? 'slipway, one edit' : 'slipway, nothing changed';
  return [
    { name: `${name}: nx run`, ms, peakMegabytes },
    { name: `${name}: without Nx`, ms: lastDeployMs(place.workspaceRoot) },
  ];
}
