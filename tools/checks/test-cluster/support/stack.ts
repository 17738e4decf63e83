import { strict as assert } from 'node:assert';
import { programs } from '../../src/programs.ts';
import { askRunningToEnd, type BoundedResult, runBounded } from '../../src/run-bounded.ts';
import { logFile } from '../../src/workspace-root.ts';
import { onEnd } from './on-end.ts';

/** SLIPWAY_CLUSTER and GATEWAY_URL point the scenarios at another cluster than that of deploy/kind.yaml. */
const CLUSTER = process.env.SLIPWAY_CLUSTER ?? 'slipway';
export const CONTEXT = `kind-${CLUSTER}`;
/** Name of the control plane's node, which is its container's too. */
export const CONTROL_PLANE = `${CLUSTER}-control-plane`;
export const NAMESPACE = 'shop';
export const GATEWAY = process.env.GATEWAY_URL ?? 'http://127.0.0.1:30080';

const MINUTE = 60_000;

// A deploy must not outlive the scenario that began it.
onEnd(askRunningToEnd);

/** Reason to skip what deletes the databases; false where it may. */
export const keepsData =
  process.env.SLIPWAY_CHECKS_MAY_DELETE === 'yes' ? false : 'it would delete the stack’s data: npm run test:cluster';

export function nx(...args: string[]): Promise<BoundedResult> {
  return runBounded(programs.nx(...args), { boundMs: 6 * MINUTE, logFile: logFile('scenario-nx.log') });
}

/** `nx run-many -t deploy-kind`; fails the test, with its output, when it fails. */
export async function deploy(): Promise<void> {
  expectSuccess(await nx('run-many', '-t', 'deploy-kind'));
}

export function expectSuccess({ exitCode, output }: BoundedResult): void {
  assert.equal(exitCode, 0, output);
}

/** kubectl on the cluster, not limited to a namespace. Fails the test when it fails. */
export async function kubectl(args: string[], boundMs = MINUTE): Promise<string> {
  const result = await runBounded(programs.kubectl('--context', CONTEXT, ...args), {
    boundMs,
    logFile: logFile('scenario-kubectl.log'),
  });
  expectSuccess(result);
  return result.output;
}

export function rolloutStatus(workload: string): Promise<string> {
  return kubectl(['-n', NAMESPACE, 'rollout', 'status', workload, '--timeout=180s'], 4 * MINUTE);
}
