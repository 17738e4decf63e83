import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOrderShop, type OrderShop, type Replica } from './start-order-service.ts';

let shop: OrderShop;
let replica: Replica;
before(async () => {
  shop = await startOrderShop();
  replica = await shop.startReplica();
});
after(() => shop.stop());

async function value(series: string): Promise<number> {
  const text = await replica.metrics.registry.metrics();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length),
  );
}

test('orders, cancellations and what the reconciler did are counted by outcome', async () => {
  const token = await shop.issuer.token();
  const productId = shop.products.add(5);
  const place = (quantity: number, key: string) =>
    replica.api.call('POST', '/api/v1/orders', {
      token,
      body: { items: [{ productId, quantity }] },
      headers: { 'idempotency-key': key },
    });
  const order = (await place(1, 'a')).body;
  await place(1, 'a');
  await place(1000, 'b');
  await replica.api.call('POST', `/api/v1/orders/${order.id}/cancel`, { token });
  shop.products.reserving = 'takes-then-fails';
  await place(1, 'c');
  shop.products.reserving = 'none';

  const orders = (outcome: string) => value(`shop_orders_total{outcome="${outcome}"}`);
  assert.equal(await orders('confirmed'), 1);
  assert.equal(await orders('replayed'), 1);
  assert.equal(await orders('insufficient-stock'), 1);
  assert.equal(await orders('failed'), 1);
  assert.equal(await value('shop_cancellations_total{outcome="cancelled"}'), 1);
  // The test runner's own limit is the deadline.
  while ((await value('shop_reconciler_orders_total{outcome="settled"}')) !== 1) await sleep(50);
  while ((await value('shop_reconciler_backlog_orders')) !== 0) await sleep(50);
  assert.ok((await value('shop_reconciler_runs_total{outcome="succeeded"}')) >= 1);
});

test('what cannot be settled yet is the backlog', async () => {
  const token = await shop.issuer.token();
  const productId = shop.products.add(5);
  shop.products.reserving = 'takes-then-fails';
  shop.products.releasing = 'fails';
  await replica.api.call('POST', '/api/v1/orders', { token, body: { items: [{ productId, quantity: 1 }] } });
  while ((await value('shop_reconciler_backlog_orders')) !== 1) await sleep(50);
  while ((await value('shop_reconciler_orders_total{outcome="postponed"}')) < 1) await sleep(50);
  shop.products.reserving = 'none';
  shop.products.releasing = 'none';
  while ((await value('shop_reconciler_backlog_orders')) !== 0) await sleep(50);
});
