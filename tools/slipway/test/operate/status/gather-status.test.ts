import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import { writeInventoryEntry } from '../../../src/kubernetes/apply/inventory/inventory.ts';
import { withStackView } from '../../../src/kubernetes/rollout/with-stack-view.ts';
import { describeFinding } from '../../../src/operate/status/describe-finding.ts';
import { gatherStatus } from '../../../src/operate/status/gather-status.ts';
import { type Failures, runPods } from '../../support/fake-controller.ts';
import { SPECS, workload } from '../../deploy/stages/plan-fixture.ts';

const settings = { workspaceRoot: '/', stack: 'shop', workspace: 'shop', cluster: 'fake', defaultCluster: 'fake' };

async function status(deployed: string[], failing: Failures = {}, tags: Record<string, string> = {}) {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'fake-control-plane' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const api = fakeKubeApi([node]);
  const run = runPods(api, failing);
  for (const object of deployed.flatMap((name) => workload(name, 'slipway.local/shop/x:v1')))
    run({ ...object, metadata: { ...object.metadata, uid: object.metadata.name, generation: 1 } });
  await writeInventoryEntry(api, 'shop', 'order', {
    objects: [],
    migrations: { '0001_a.sql': 'x', '0002_b.sql': 'y' },
  });
  return withStackView({ api, stack: 'shop' }, async ({ view }) => {
    const tree = { serviceSpecs: SPECS, tags };
    return (await gatherStatus({ api, view, settings, tree }, new Map())).status;
  });
}

test('a stack whose services and nodes are ready is ready, callees first, with each database’s last migration', async () => {
  const found = await status(['order', 'product']);
  assert.equal(found.isReady, true);
  assert.deepEqual(
    found.services.map(({ name, state }) => [name, state]),
    [
      ['product', 'ready'],
      ['order', 'ready'],
    ],
  );
  assert.equal(found.services[1]!.migration, '0002_b');
  assert.deepEqual(
    found.nodes.map(({ name }) => name),
    ['fake-control-plane'],
  );
});

test('a service of the working tree that is not deployed is no ready stack', async () => {
  const found = await status(['product']);
  assert.equal(found.isReady, false);
  assert.notEqual(found.services.find(({ name }) => name === 'order')!.state, 'ready');
});

test('a service that only the cluster has is shown after the others', async () => {
  const found = await status(['order', 'product', 'old']);
  assert.deepEqual(
    found.services.map(({ name }) => name),
    ['product', 'order', 'old'],
  );
});

test('a pod that cannot start is a finding, and the stack is not ready', async () => {
  const found = await status(['order', 'product'], { order: 'InvalidImageName' });
  assert.equal(found.isReady, false);
  assert.ok(
    found.findings.some((finding) => finding.who === 'order' && describeFinding(finding).includes('InvalidImageName')),
    JSON.stringify(found.findings),
  );
});

test('compared with the working tree: which service runs what it would deploy', async () => {
  const found = await status(['order', 'product'], {}, { order: 'v1', product: 'v2' });
  assert.deepEqual(
    found.services.map(({ name, isFromWorkingTree }) => [name, isFromWorkingTree]),
    [
      ['product', false],
      ['order', true],
    ],
  );
});
