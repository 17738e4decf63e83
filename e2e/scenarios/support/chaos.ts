import { programs } from '@slipway/checks/programs';
import { runBounded } from '@slipway/checks/run-bounded';
import { logFile } from '@slipway/checks/workspace-root';
import { CONTEXT, expectSuccess } from './stack.ts';

const MINUTE = 60_000;

/** `nx run e2e-k8s:chaos` or `chaos:short`; fails the test, with its output, when it fails. */
export async function chaos(target: 'chaos' | 'chaos:short', ...args: string[]): Promise<void> {
  const result = await runBounded(programs.nx('run', `e2e-k8s:${target}`, '--context', CONTEXT, ...args), {
    boundMs: 60 * MINUTE,
    logFile: logFile('chaos.log'),
    // Of this cluster, whatever the caller's shell says.
    env: { GATEWAY_URL: undefined, ADMIN_EMAIL: undefined, ADMIN_PASSWORD: undefined },
  });
  expectSuccess(result);
}
