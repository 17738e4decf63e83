import { createRequire } from 'node:module';
import { join } from 'node:path';
import { lastDeployMs } from '../last-deploy-ms.ts';
import { run } from '../run.ts';
import type { Sample } from '../sample.ts';

/** The whole stack of a checkout onto the cluster, which the teardown before has emptied. */
export async function cold(checkout: string, name: string): Promise<Sample[]> {
  const nx = [process.execPath, createRequire(join(checkout, 'package.json')).resolve('nx/bin/nx.js')];
  const where = { cwd: checkout };
  await run([...nx, 'run', 'deploy:teardown'], where);
  const whole = await run([...nx, 'run-many', '-t', 'deploy-kind'], where);
  return [
    { name: `${name}, the whole stack, cold: nx run`, ...whole },
    { name: `${name}, the whole stack, cold: without Nx`, ms: lastDeployMs(checkout) },
  ];
}
