import { programs } from '../../src/programs.ts';
import { runBounded } from '../../src/run-bounded.ts';
import { logFile } from '../../src/workspace-root.ts';
import { CONTEXT, expectSuccess, GATEWAY } from './stack.ts';

const MINUTE = 60_000;

/** `nx run e2e-k8s:rolling`; fails the test, with its output, when it fails. */
export async function rolling(...args: string[]): Promise<void> {
  const result = await runBounded(programs.nx('run', 'e2e-k8s:rolling', ...args), {
    boundMs: 30 * MINUTE,
    logFile: logFile('rolling.log'),
    env: { GATEWAY_URL: GATEWAY, KUBE_CONTEXT: CONTEXT },
  });
  expectSuccess(result);
}
