import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { api, shop } from '../support/shop.ts';
import { deploy, expectSuccess, keepsData, kubectl, NAMESPACE, nx, rolloutStatus } from '../support/stack.ts';

type Order = { id: string };

let folder: string;
let file: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
  file = join(folder, 'order.dump');
  await deploy();
});

after(() => rmSync(folder, { recursive: true }));

/** Fails, says this, and leaves the order there. */
async function expectRefusal(project: string, from: string, says: RegExp): Promise<void> {
  const { exitCode, output } = await nx('run', `${project}:restore`, '--from', from);
  assert.notEqual(exitCode, 0, output);
  assert.match(output, says);
  assert.doesNotMatch(output, /\n\s+at .*\(file:/, 'no stack trace');
}

test('what was in a lost volume is back after a restore, and the e2e passes', { skip: keepsData }, async () => {
  const { token } = await shop.customer();
  const body = { items: [{ productId: (await shop.product({ stock: 10 })).id, quantity: 2 }] };
  const placed = await api.expect<Order>(201, 'POST', '/api/v1/orders', { token, body });
  expectSuccess(await nx('run', 'order:backup', '--to', file));

  assert.match(
    (await nx('run', 'order:backup', '--to', file)).output,
    /exists already/,
    'a backup is never overwritten',
  );
  await expectRefusal('order', file, /holds \d+ tables\. Nothing was touched/);
  await expectRefusal('product', file, /is a backup of order, not of product/);
  await expectRefusal('order', 'nowhere.dump', /does not exist/);
  const cut = join(folder, 'cut.dump');
  writeFileSync(cut, readFileSync(file).subarray(0, -100));
  const halfRead = await nx('run', 'order:restore', '--from', cut, '--replace');
  assert.notEqual(halfRead.exitCode, 0, halfRead.output);
  assert.match(halfRead.output, /did not go in, and nothing was changed/);
  assert.deepEqual(await api.expect(200, 'GET', `/api/v1/orders/${placed.id}`, { token }), placed, 'all or nothing');

  await kubectl(['-n', NAMESPACE, 'delete', 'pvc/data-order-db-0', '--wait=false']);
  await kubectl(['-n', NAMESPACE, 'delete', 'pod/order-db-0', '--timeout=120s'], 150_000);
  await rolloutStatus('statefulset/order-db');
  expectSuccess(await nx('run', 'order:restore', '--from', file));
  assert.deepEqual(await api.expect(200, 'GET', `/api/v1/orders/${placed.id}`, { token }), placed);
  expectSuccess(await nx('run', 'e2e-k8s:e2e'));
});
