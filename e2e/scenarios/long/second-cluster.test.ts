import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stackEnvironment } from 'slipway/target';
import { programs } from '@slipway/checks/programs';
import { type BoundedResult, runBounded } from '@slipway/checks/run-bounded';
import { logFile, workspaceRoot } from '@slipway/checks/workspace-root';
import { gatewayUrl } from '../support/gateway.ts';
import { deploy, expectSuccess } from '../support/stack.ts';

/** A second cluster beside that of the other scenarios, whose host port it cannot have. */
const SECOND = 'slipway-second';
const CONTEXT = `kind-${SECOND}`;
const MINUTE = 60_000;
const UNSET = { GATEWAY_URL: undefined, KUBE_CONTEXT: undefined, ADMIN_EMAIL: undefined, ADMIN_PASSWORD: undefined };

function run(argv: [string, ...string[]]): Promise<BoundedResult> {
  const env = { ...UNSET, SLIPWAY_CLUSTER: SECOND };
  return runBounded(argv, { boundMs: 12 * MINUTE, logFile: logFile('scenario-second-cluster.log'), env });
}

const seed = (count: number) => programs.node('tools/seed/src/main.ts', '--kind', '--count', String(count));

async function products(gateway: string): Promise<number> {
  const answer = await fetch(`${gateway}/api/v1/products?limit=100`);
  return ((await answer.json()) as { items: unknown[] }).items.length;
}

before(async () => {
  await deploy();
  expectSuccess(await run(programs.cluster('up')));
});
after(async () => expectSuccess(await run(programs.cluster('down'))));

test('without a stack in the second cluster, e2e and seed refuse and do not turn to the first', async () => {
  const first = await gatewayUrl();
  const before = await products(first);
  for (const argv of [programs.nx('run', 'e2e-k8s:e2e'), seed(3)]) {
    const { exitCode, output } = await run(argv);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, new RegExp(`of ${CONTEXT} has no Service of type NodePort`));
    assert.match(output, new RegExp(`deploy-kind --context ${CONTEXT}`), 'the hint repeats the context');
  }
  assert.equal(await products(first), before);
});

test('the second cluster has an address of its own, and e2e and seed meet that one', async () => {
  expectSuccess(await run(programs.nx('run-many', '-t', 'deploy-kind')));
  const first = await gatewayUrl();
  const { GATEWAY_URL: second = '' } = await stackEnvironment(workspaceRoot, CONTEXT);
  assert.notEqual(second, first);

  const before = await products(first);
  expectSuccess(await run(seed(3)));
  assert.equal(await products(second), 3);
  assert.equal(await products(first), before, 'the first cluster was left alone');
  expectSuccess(await run(programs.nx('run', 'e2e-k8s:e2e', '--', '--project=setup', '--reporter=line')));
});
