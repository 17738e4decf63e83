import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '@slipway/test-kit';
import { startShop, type Shop } from '@slipway/test-shop';

let shop: Shop;
let adminToken: string;
before(async () => {
  shop = await startShop();
  adminToken = await shop.adminToken();
});
after(() => shop.stop());

const initialStock = 5000;

async function createProduct(): Promise<string> {
  const body = {
    sku: `crash-${Math.random().toString(36).slice(2)}`,
    name: 'Thing',
    priceCents: 100,
    currency: 'EUR',
    stock: initialStock,
  };
  return (await shop.api.call('POST', '/api/v1/products', { token: adminToken, body })).body.id;
}

async function allOrders(token: string): Promise<{ id: string; status: string }[]> {
  const orders: { id: string; status: string }[] = [];
  let cursor: string | null = null;
  do {
    const page: Answer = await shop.api.call(
      'GET',
      `/api/v1/orders?limit=100${cursor === null ? '' : `&cursor=${cursor}`}`,
      { token },
    );
    orders.push(...page.body.items);
    cursor = page.body.nextCursor;
  } while (cursor !== null);
  return orders;
}

/** Orders without pause until told to stop; returns the answers. */
function orderOnAndOn(token: string, productId: string) {
  let isOver = false;
  const answers: Answer[] = [];
  const worker = async () => {
    while (!isOver) {
      const answer = await shop.api.call('POST', '/api/v1/orders', {
        token,
        body: { items: [{ productId, quantity: 1 }] },
      });
      answers.push(answer);
      if (answer.status !== 201) await sleep(20);
    }
  };
  const workers = Array.from({ length: 8 }, worker);
  return async () => {
    isOver = true;
    await Promise.all(workers);
    return answers;
  };
}

for (const victim of ['product', 'order'] as const) {
  test(`${victim} is killed again and again under load: stock neither leaks nor is oversold, 201 is confirmed, 503 holds nothing`, async () => {
    const productId = await createProduct();
    const token = await shop.customerToken();
    const finish = orderOnAndOn(token, productId);
    for (let round = 0; round < 4; round++) {
      await sleep(300 + Math.random() * 300);
      await shop.processes[victim].stop('SIGKILL');
      await shop.processes[victim].start();
    }
    const answers = await finish();
    const answered = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    assert.ok(answered.length > 0);
    for (const { status, text } of answers) assert.ok([201, 503].includes(status), text);

    const stock = async () => (await shop.api.call('GET', `/api/v1/products/${productId}`)).body.stock;
    for (;;) {
      const confirmed = (await allOrders(token)).filter(({ status }) => status === 'confirmed').map(({ id }) => id);
      const isSettled =
        (await allOrders(token)).every(({ status }) => status !== 'pending') &&
        (await stock()) === initialStock - confirmed.length;
      if (isSettled) {
        assert.deepEqual(confirmed.toSorted(), answered.toSorted());
        return;
      }
      await sleep(250);
    }
  });
}
