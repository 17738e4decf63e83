import { pause } from '../core/interruption.ts';
import { self } from '../core/paths.ts';
import { run } from '../core/run.ts';
import { kind, kubectl } from './kubectl.ts';
import { readiness } from './readiness.ts';

const DEADLINE_MS = 240_000;

export async function waitReady(cluster: string, report: (detail: string) => void): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (true) {
    const { waitingFor } = await readiness(cluster);
    if (waitingFor.length === 0) return;
    report(`waiting for ${waitingFor.join(', ')}`.slice(0, 100));
    if (Date.now() > deadline) throw new Error(await explanation(cluster, waitingFor));
    await pause(500);
  }
}

/** The context is missing where another user, or this one before a clean-up, has made the cluster. */
export async function ensureContext(cluster: string): Promise<void> {
  await kind(['export', 'kubeconfig', '--name', cluster]);
}

async function explanation(cluster: string, waitingFor: readonly string[]): Promise<string> {
  const pods = await kubectl(cluster, ['get', 'pods', '-A', '-o', 'wide']).catch(() => '(the API does not answer)');
  const log = await run(['docker', 'logs', '--tail', '15', `${cluster}-control-plane`]).catch(() => '(no log)');
  return (
    `cluster ${cluster} is not ready after ${DEADLINE_MS / 1000} s; still missing: ${waitingFor.join(', ')}\n` +
    `pods:\n${pods}\nlast lines of the node:\n${log}\n` +
    `Cure: ${self} down, then ${self} up. Volumes in the cluster are lost then`
  );
}
