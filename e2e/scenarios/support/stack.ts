import assert from 'node:assert/strict';
import { stackTarget } from 'slipway/target';
import { programs } from '@slipway/checks/programs';
import { askRunningToEnd, type BoundedResult, runBounded } from '@slipway/checks/run-bounded';
import { logFile, workspaceRoot } from '@slipway/checks/workspace-root';
import { onEnd } from './on-end.ts';

/** SLIPWAY_CLUSTER points the scenarios at another cluster than that of deploy/kind.yaml. */
const { cluster, context, namespace } = stackTarget(workspaceRoot);
export const CONTEXT = context;
/** Name of the control plane's node, which is its container's too. */
export const CONTROL_PLANE = `${cluster}-control-plane`;
export const NAMESPACE = namespace;

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
