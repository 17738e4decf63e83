import { generatedWorkspace } from '../generated-workspace.ts';
import { lastDeployMs } from '../last-deploy-ms.ts';
import { stopping } from '../run.ts';
import type { Sample } from '../sample.ts';

const COUNTS = [4, 20];

/** A deploy with nothing changed, of 4 and of 20 generated services, `rounds` times each. */
export async function scale(rounds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const workspace = await generatedWorkspace();
  try {
    for (const count of COUNTS) {
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
