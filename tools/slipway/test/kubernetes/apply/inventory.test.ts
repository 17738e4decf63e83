import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  INVENTORY_NAME,
  readInventory,
  STACK,
  updateInventoryEntry,
} from '../../../src/kubernetes/apply/inventory/inventory.ts';
import { connectKube } from '../../../src/kubernetes/client/kube-api.ts';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../../src/kubernetes/labels.ts';
import { openFakeApi } from '../../support/fake-api.ts';

const entry = (name: string) => ({
  objects: [{ apiVersion: 'v1', kind: 'Service', name, namespace: 'demo' }],
  migrations: {},
});

function applied(kind: string, name: string, labels: Record<string, string>, manager = 'slipway'): KubernetesObject {
  const owned = { apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } };
  const managedFields = [{ manager, operation: 'Apply', ...owned }];
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'demo', labels, managedFields } };
}

async function open(t: TestContext, data: Record<string, string> | undefined) {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: INVENTORY_NAME, namespace: 'demo' }, data };
  const fake = await openFakeApi([
    ...(data === undefined ? [] : [map]),
    applied('Service', 'order', labelsOf('demo', 'order', 'order')),
    applied('Service', 'user', labelsOf('demo', 'user', 'user')),
    applied('ConfigMap', 'shared', { 'app.kubernetes.io/part-of': 'demo', 'app.kubernetes.io/managed-by': 'slipway' }),
    // A controller's copy of the Service's labels, and what is not ours at all.
    applied('Endpoints', 'order', labelsOf('demo', 'order', 'order'), 'kube-controller-manager'),
    applied('ConfigMap', 'foreign', {}),
  ]);
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = fake.kubeconfig;
  const api = await connectKube('kind-fake');
  t.after(async () => {
    await api.close();
    fake.close();
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
  });
  const told: string[] = [];
  return { api, fake, told, read: () => readInventory(api, 'demo', (message) => told.push(message)) };
}

test('a whole inventory is what it says, and nobody is asked for more', async (t) => {
  const { read, told } = await open(t, { order: JSON.stringify(entry('other')) });
  assert.deepEqual([await read(), told], [{ order: entry('other') }, []]);
});

for (const [what, text] of [
  ['no JSON', '{"objects": ['],
  ['nothing', ''],
  ['another shape', '{"objects": [{"kind": 1}], "migrations": {}}'],
  ['null', 'null'],
  ['a list', '[]'],
]) {
  test(`an entry that is ${what} is told, and rebuilt from labels; the others stay`, async (t) => {
    const { read, told } = await open(t, { order: text!, user: JSON.stringify(entry('kept')) });
    assert.deepEqual(await read(), { order: { ...entry('order'), isRebuilt: true }, user: entry('kept') });
    assert.deepEqual(told, [
      `ConfigMap demo/${INVENTORY_NAME}: what it says of order cannot be read; rebuilt from the labels of the objects in the cluster`,
    ]);
  });
}

test('an inventory that is gone is rebuilt, the part of the stack too, and written by the next deploy', async (t) => {
  const { api, fake, read, told } = await open(t, undefined);
  const { [STACK]: shared, ...services } = await read();
  assert.deepEqual(Object.keys(services).sort(), ['order', 'user']);
  assert.deepEqual(
    shared!.objects.map(({ name }) => name),
    ['shared'],
  );
  assert.match(told[0]!, /it is gone; rebuilt/);
  await updateInventoryEntry(api, 'demo', 'order', { from: services.order, to: entry('order') });
  const stored = fake.objects.get(`/api/v1/namespaces/demo/configmaps/${INVENTORY_NAME}`) as { data?: object };
  assert.deepEqual(stored.data, { order: JSON.stringify(entry('order')) });
});

test('a stack that was never deployed has none', async (t) => {
  const { fake, read, told } = await open(t, undefined);
  fake.objects.clear();
  assert.deepEqual([await read(), told], [{}, []]);
});
