import { UserError } from '@slipway/util/errors';
import { self } from '../core/paths.ts';
import { pause, run } from '../core/run.ts';
import type { Report } from '../core/steps.ts';
import type { NodeContainer } from './cluster-state.ts';
import { kind, kubectl } from './kubectl.ts';
import { readiness } from './readiness.ts';

const TIMEOUT_MS = 240_000;

/** Starts the stopped nodes, the control plane first: workers read their configuration from it. */
export async function startNodes(nodes: readonly NodeContainer[], report: Report): Promise<void> {
  const stopped = nodes.filter((node) => !node.running).map((node) => node.name);
  const controlPlaneFirst = stopped.sort(
    (a, b) => Number(b.includes('control-plane')) - Number(a.includes('control-plane')),
  );
  for (const name of controlPlaneFirst) {
    report(name);
    await run(['docker', 'start', name]);
  }
}

/** Writes the context into the kubeconfig: it is missing where another user has made the cluster, or after a clean-up. */
export async function ensureContext(cluster: string): Promise<void> {
  await kind(['export', 'kubeconfig', '--name', cluster]);
}

/** Waits until the cluster can take work; `policyRecipe` as in `readiness`. */
export async function waitReady(cluster: string, policyRecipe: string, report: Report): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (true) {
    const { waitingFor } = await readiness(cluster, policyRecipe);
    if (waitingFor.length === 0) return;
    report(`waiting for ${waitingFor.join(', ')}`.slice(0, 100));
    if (Date.now() > deadline) throw await notReady(cluster, waitingFor);
    await pause(500);
  }
}

async function notReady(cluster: string, waitingFor: readonly string[]): Promise<UserError> {
  const pods = await kubectl(cluster, ['get', 'pods', '-A', '-o', 'wide']).catch(() => '(the API does not answer)');
  const log = await run(['docker', 'logs', '--tail', '15', `${cluster}-control-plane`]).catch(() => '(no log)');
  return new UserError(
    `cluster ${cluster} is not ready after ${TIMEOUT_MS / 1000} s; still missing: ${waitingFor.join(', ')}\n` +
      `pods:\n${pods}\nlast log lines of the node:\n${log}`,
    { hint: `${self} up --fresh makes a new cluster; the volumes of this one are lost` },
  );
}
