import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem } from '@slipway/testing/http';
import { startDatabaseTap, type DatabaseTap } from '@slipway/testing/postgres';
import { startShop, type Shop } from '@slipway/testing/processes';

let shop: Shop;
let tap: DatabaseTap;
let adminToken: string;
before(async () => {
  shop = await startShop({ UPSTREAM_TIMEOUT_MS: '3000' }, async (name, databaseUrl) => {
    if (name !== 'order') return databaseUrl;
    tap = await startDatabaseTap(databaseUrl);
    return tap.url;
  });
  adminToken = await shop.adminToken();
});
after(async () => {
  await shop.stop();
  tap.close();
});

let token: string;
let productId: string;
beforeEach(async () => {
  token = (await shop.customer()).token;
  const body = { sku: crypto.randomUUID(), name: 'Thing', priceCents: 100, currency: 'EUR', stock: 10 };
  productId = (await shop.api.call('POST', '/api/v1/products', { token: adminToken, body })).body.id;
});

const place = (key?: string) =>
  shop.api.call('POST', '/api/v1/orders', {
    token,
    body: { items: [{ productId, quantity: 2 }] },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const stock = async () => (await shop.api.call('GET', `/api/v1/products/${productId}`)).body.stock;
const statuses = async (): Promise<string[]> =>
  (await shop.api.call('GET', '/api/v1/orders', { token })).body.items.map(({ status }: { status: string }) => status);

/** Waits for a state that must come; the test runner's own limit is the deadline. */
async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}

/** An order whose only process dies when it has been committed as confirmed and nobody has been told. */
async function unanswered(key?: string): Promise<void> {
  let death: Promise<unknown> | undefined;
  tap.cutAtCommit(/set status = 'confirmed'/, () => void (death = shop.processes.order.stop('SIGKILL')));
  const answer = await place(key);
  assert.ok(death, 'it was killed after its commit');
  await death;
  assertProblem(answer, 503, 'upstream-unavailable');
  assert.equal(await stock(), 8);
}

for (const key of [undefined, 'its-own-key']) {
  test(`killed between commit and answer and gone for too long: 503, and no order stands (${key ?? 'no key'})`, async () => {
    await unanswered(key);
    await shop.processes.order.start();
    await until(async () => (await stock()) === 10);
    assert.deepEqual(await statuses(), ['rejected']);
  });
}

test('the database commits and its answer is lost: 503, and no order stands', async () => {
  let isCut = false;
  tap.cutAtCommit(/set status = 'confirmed'/, () => (isCut = true));
  const answer = await place('no-answer');
  assert.ok(isCut, 'it was cut off after its commit');
  assertProblem(answer, 503, 'database-unavailable');
  await until(async () => (await stock()) === 10);
  assert.deepEqual(await statuses(), ['rejected']);
});

test('killed between commit and answer: a retry with the same key that hears 201 keeps its order', async () => {
  await unanswered('again');
  await shop.processes.order.start();
  const retried = await place('again');
  assert.equal(retried.status, 201);
  // Whether the retry or the revocation came first: one order stands, the one that was answered.
  await until(async () => (await stock()) === 8 && !(await statuses()).includes('pending'));
  const { body } = await shop.api.call('GET', `/api/v1/orders/${retried.body.id}`, { token });
  assert.equal(body.status, 'confirmed');
  assert.equal((await place('again')).text, retried.text);
});

test('killed twice in the same order, by the request and by its repetition: no order stands', async () => {
  await unanswered('twice');
  await shop.processes.order.start();
  await until(async () => (await stock()) === 10);
  await unanswered('twice');
  await shop.processes.order.start();
  await until(async () => (await stock()) === 10);
  assert.deepEqual(await statuses(), ['rejected', 'rejected']);
});
