import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyShared } from '../../../src/deploy/stages/apply.ts';
import { cleanUp } from '../../../src/deploy/stages/clean-up.ts';
import { reportVerdict } from '../../../src/deploy/stages/report-verdict.ts';
import { rollOut } from '../../../src/deploy/stages/roll-out.ts';
import { readInventory, writeInventoryEntry } from '../../../src/kubernetes/apply/inventory/inventory.ts';
import { labelsOf } from '../../../src/kubernetes/labels.ts';
import type { Failures } from '../../support/fake-controller.ts';
import { type Fixture, fixture, NAMESPACE, workload } from './plan-fixture.ts';

const declared = [NAMESPACE, ...workload('order'), ...workload('product')];
/** A deploy before, with other images. */
const deployed = async (stack: Fixture) => {
  await run(stack, [NAMESPACE, ...workload('order', 'v0'), ...workload('product', 'v0')]);
  stack.report.lines.length = 0;
  stack.api.writes.length = 0;
  return stack;
};
const run = ({ plan }: Fixture, objects = declared) =>
  plan(objects, async (context, value) => {
    await applyShared(context, value);
    const results = await rollOut(context, value);
    await cleanUp(context, value, results);
    await reportVerdict(context, results);
    return results;
  });

test('a service is applied after those it depends on are ready, and the inventory lists what is there', async () => {
  const stack = await deployed(fixture());
  const results = await run(stack);
  assert.deepEqual(results.map(({ service, status }) => [service, status]).sort(), [
    ['order', 'success'],
    ['product', 'success'],
  ]);
  const at = (line: string) => stack.report.lines.indexOf(line);
  assert.ok(at('product ready rolled out') > -1);
  assert.ok(at('product ready rolled out') < stack.report.lines.findIndex((line) => line.startsWith('order apply')));
  assert.equal(stack.report.lines.at(-1), 'stack ready 2 of 2 services ready');
  const { order } = await readInventory(stack.api, 'shop');
  assert.deepEqual(order!.objects.map(({ kind }) => kind).sort(), ['Deployment', 'Service']);
  assert.ok(stack.publisher.inUse!.has('v1'), 'images that pods run are in use');
});

test('the same again writes nothing', async () => {
  const stack = fixture();
  await run(stack);
  stack.api.writes.length = 0;
  await run(stack);
  assert.deepEqual(stack.api.writes, []);
  assert.ok(stack.report.lines.includes('order ready unchanged'));
});

test('a service that fails skips those that depend on it; nothing is pruned, and no image is removed', async () => {
  const failing: Failures = {};
  const stack = await deployed(fixture({ failing }));
  failing.product = 'InvalidImageName';
  stack.publisher.inUse = undefined;
  await writeInventoryEntry(stack.api, 'shop', '_stack', {
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'old', namespace: 'shop' }],
    migrations: {},
  });
  const results = await run(stack);
  assert.deepEqual(results.map(({ service, status }) => [service, status]).sort(), [
    ['order', 'skipped'],
    ['product', 'failure'],
  ]);
  assert.ok(!stack.api.writes.some((write) => write.includes('/deployments/order')));
  assert.equal(stack.publisher.inUse, undefined);
  const { _stack, product } = await readInventory(stack.api, 'shop');
  assert.ok(
    _stack!.objects.some(({ name }) => name === 'old'),
    'the next deploy still prunes it',
  );
  assert.ok(product!.objects.length > 0, 'what an interrupted run has made can be pruned');
});

test('a new stack starts at once; its entry is reachable when all that it depends on is ready', async () => {
  const stack = fixture();
  await run(stack);
  const at = (line: string) => stack.report.lines.indexOf(line);
  const readyAt = at('product ready rolled out');
  assert.ok(at('order apply Deployment/order created') < readyAt, stack.report.lines.join('\n'));
  assert.ok(at('order apply Service/order created') > readyAt);
  assert.ok(at('product apply Service/product created, Deployment/product created') < readyAt);
  assert.equal(stack.report.lines.at(-1), 'stack ready 2 of 2 services ready');
});

test('of a new stack the cause fails, its victim is skipped although its pods have started', async () => {
  const stack = fixture({ failing: { product: 'InvalidImageName' } });
  const results = await run(stack);
  assert.deepEqual(results.map(({ service, status }) => [service, status]).sort(), [
    ['order', 'skipped'],
    ['product', 'failure'],
  ]);
  assert.ok(stack.report.lines.includes('order skipped its dependency product failed; its pods have started and wait'));
  assert.ok(!stack.api.objects.has('/api/v1/namespaces/shop/services/order'), 'it stays out of reach');
  const { order } = await readInventory(stack.api, 'shop');
  assert.ok(
    order!.objects.some(({ kind }) => kind === 'Deployment'),
    'and can be pruned',
  );
});

test('the deploy after one that ended before the entry could be reached makes it reachable', async () => {
  const failing: Failures = { product: 'InvalidImageName' };
  const stack = fixture({ failing });
  await run(stack);
  delete failing.product;
  stack.report.lines.length = 0;
  const results = await run(stack, [NAMESPACE, ...workload('order'), ...workload('product', 'v2')]);
  assert.ok(results.every(({ status }) => status === 'success'));
  const at = (line: string) => stack.report.lines.indexOf(line);
  assert.ok(at('product ready rolled out') > -1);
  assert.ok(at('order apply Service/order created') > at('product ready rolled out'), stack.report.lines.join('\n'));
});

test('a failure of a service of its own is told, also when it started early', async () => {
  const stack = fixture({ failing: { order: 'InvalidImageName' } });
  const results = await run(stack);
  assert.deepEqual(results.map(({ service, status }) => [service, status]).sort(), [
    ['order', 'failure'],
    ['product', 'success'],
  ]);
});

test('an orphaned object is deleted when it is still the service’s, and forgotten', async () => {
  const stack = fixture();
  const map = (name: string, labels: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', labels },
  });
  stack.api.put(map('order-old', labelsOf('shop', 'order', 'order')));
  stack.api.put(map('order-taken', {}));
  const objects = ['order-old', 'order-taken'].map((name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name,
    namespace: 'shop',
  }));
  await writeInventoryEntry(stack.api, 'shop', 'order', { objects, migrations: {} });
  await run(stack);
  assert.ok(!stack.api.objects.has('/api/v1/namespaces/shop/configmaps/order-old'));
  assert.ok(stack.api.objects.has('/api/v1/namespaces/shop/configmaps/order-taken'), 'somebody else’s stays');
  const { order } = await readInventory(stack.api, 'shop');
  assert.ok(!order!.objects.some(({ kind }) => kind === 'ConfigMap'));
});
