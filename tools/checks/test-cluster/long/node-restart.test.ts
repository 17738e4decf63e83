import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { programs } from '../../src/programs.ts';
import { runBounded } from '../../src/run-bounded.ts';
import { logFile } from '../../src/workspace-root.ts';
import { CONTROL_PLANE, deploy, expectSuccess, GATEWAY, kubectl, NAMESPACE, nx } from '../support/stack.ts';

const TIMES = 3;
const MINUTE = 60_000;

// As a machine that loses its power. What the API server says of the time before is history then: pods that ran, Services
// that lead to them, controllers that lead. How fast each of these is corrected differs from time to time.
for (let time = 1; time <= TIMES; time += 1) {
  test(`the node is killed and the cluster started again: what a deploy calls serving serves, ${time} of ${TIMES}`, async () => {
    await deploy();
    const before = await podNames();
    execFileSync('docker', ['kill', CONTROL_PLANE]);
    const up = await runBounded(programs.cluster('up'), { boundMs: 6 * MINUTE, logFile: logFile('scenario-up.log') });
    expectSuccess(up);

    const deployed = await nx('run-many', '-t', 'deploy-kind');
    expectSuccess(deployed);
    for (const path of ['/healthz', '/api/v1/products?limit=1']) {
      const { status } = await fetch(`${GATEWAY}${path}`, { signal: AbortSignal.timeout(10_000) });
      assert.equal(status, 200, `${path} at once after the deploy\n${deployed.output}`);
    }
    assert.deepEqual(await podNames(), before, 'the same pods, started again');
  });
}

async function podNames(): Promise<string[]> {
  const names = await kubectl(['-n', NAMESPACE, 'get', 'pods', '-o', 'name']);
  return names.trim().split('\n').sort();
}
