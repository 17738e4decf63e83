import { generatedWorkspace } from '../generated-workspace.ts';
import { lastDeployMs } from '../last-deploy-ms.ts';
import { stopping } from '../run.ts';
import type { Sample } from '../sample.ts';

/** A deploy with nothing changed, of so many generated services, `rounds` times each. */
export async function scale(rounds: number, counts = [4, 20]): Promise<Sample[]> {
  const samples: Sample[] = [];
  const workspace = await generatedWorkspace();
  try {
    for (const count of counts) {
      stopping.signal.throwIfAborted();
      await workspace.grow(count);
      console.log(`deploying ${count} generated services`);
      await workspace.nx('run-many', '-t', 'deploy-kind');
      for (let round = 1; round <= rounds; round++) {
        const { ms, peakMegabytes } = await workspace.nx('run-many', '-t', 'deploy-kind');
        const name = `${count} generated services, nothing changed`;
        samples.push({ name: `${name}: nx run`, ms, peakMegabytes });
        samples.push({ name: `${name}: without Nx`, ms: lastDeployMs(workspace.root) });
      }
    }
  } finally {
    console.log('taking the generated services off the cluster');
    await workspace.remove();
  }
  return samples;
}
