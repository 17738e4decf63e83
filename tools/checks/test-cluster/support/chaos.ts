import { programs } from '../../src/programs.ts';
import { runBounded } from '../../src/run-bounded.ts';
import { logFile } from '../../src/workspace-root.ts';
import { CONTEXT, expectSuccess, GATEWAY } from './stack.ts';

const MINUTE = 60_000;

/** `nx run e2e-k8s:chaos`; fails the test, with its output, when it fails. */
export async function chaos(...args: string[]): Promise<void> {
  const result = await runBounded(programs.nx('run', 'e2e-k8s:chaos', ...args), {
    boundMs: 60 * MINUTE,
    logFile: logFile('chaos.log'),
    env: { GATEWAY_URL: GATEWAY, KUBE_CONTEXT: CONTEXT },
  });
  expectSuccess(result);
}
