import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { programs } from '@slipway/checks/programs';
import { runBounded } from '@slipway/checks/run-bounded';
import { logFile } from '@slipway/checks/workspace-root';
import { expectServing } from '../support/expect-serving.ts';
import { CONTROL_PLANE, deploy, expectSuccess, kubectl, NAMESPACE, nx } from '../support/stack.ts';

const TIMES = 3;
const OF_NAMESPACE = ['-n', NAMESPACE, 'get'];
const MINUTE = 60_000;

// As a machine that loses its power. What the API server says of the time before is history then: pods that ran, Services
// that lead to them, controllers that lead. How fast each of these is corrected differs from time to time.
for (let time = 1; time <= TIMES; time += 1) {
  test(`the node is killed and the cluster started again: what a deploy calls ready serves, ${time} of ${TIMES}`, async () => {
    await deploy();
    const before = await podNames();
    execFileSync('docker', ['kill', CONTROL_PLANE]);
    const up = await runBounded(programs.cluster('up'), { boundMs: 6 * MINUTE, logFile: logFile('scenario-up.log') });
    expectSuccess(up);

    const deployed = await nx('run-many', '-t', 'deploy-kind');
    expectSuccess(deployed);
    assert.deepEqual(await endpoints(), await podAddresses(), deployed.output);
    await expectServing();
    assert.deepEqual(await podNames(), before, 'the same pods, started again');
  });
}

/** Where the gateway's Service leads to, and where its pods are. */
async function endpoints(): Promise<string[]> {
  const addresses = 'jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}';
  return words(
    await kubectl([...OF_NAMESPACE, 'endpointslices', '-l', 'kubernetes.io/service-name=gateway', '-o', addresses]),
  );
}

async function podAddresses(): Promise<string[]> {
  const addresses = 'jsonpath={.items[*].status.podIP}';
  return words(await kubectl([...OF_NAMESPACE, 'pods', '-l', 'app.kubernetes.io/name=gateway', '-o', addresses]));
}

async function podNames(): Promise<string[]> {
  return words(await kubectl([...OF_NAMESPACE, 'pods', '-o', 'name']));
}

function words(text: string): string[] {
  return text.trim().split(/\s+/).sort();
}
