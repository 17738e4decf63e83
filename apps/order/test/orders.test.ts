import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { startOrderShop, type OrderShop, type Replica } from './start-order-service.ts';

let shop: OrderShop;
let replicas: Replica[];
before(async () => {
  shop = await startOrderShop();
  replicas = [await shop.startReplica(), await shop.startReplica()];
});
after(() => shop.stop());

let turn = 0;
const api = () => {
  const replica = replicas[turn++ % replicas.length];
  assert.ok(replica);
  return replica.api;
};
const place = (token: string, body: unknown, key?: string) =>
  api().call('POST', '/api/v1/orders', {
    token,
    body,
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const order = (productId: string, quantity = 1) => ({ items: [{ productId, quantity }] });

test('an order is confirmed, priced, and found', async () => {
  const [one, two] = [shop.products.add(5), shop.products.add(5)];
  const token = await shop.issuer.token();
  const placed = await place(token, {
    items: [
      { productId: two, quantity: 3 },
      { productId: one, quantity: 1 },
    ],
  });
  assert.equal(placed.status, 201);
  assert.equal(placed.headers.get('location'), `/api/v1/orders/${placed.body.id}`);
  const { id, createdAt, ...rest } = placed.body;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.equal(new Date(createdAt).toISOString(), createdAt);
  assert.deepEqual(rest, {
    status: 'confirmed',
    items: [
      { productId: two, quantity: 3, unitPriceCents: 100 },
      { productId: one, quantity: 1, unitPriceCents: 100 },
    ],
    totalCents: 400,
    currency: 'EUR',
  });
  assert.deepEqual((await api().call('GET', `/api/v1/orders/${id}`, { token })).body, placed.body);
  assert.deepEqual([shop.products.stock(one), shop.products.stock(two)], [4, 2]);
});

test('what the product service refuses is the answer, and takes no stock', async () => {
  const token = await shop.issuer.token();
  const [euro, dollar] = [shop.products.add(2), shop.products.add(2, 'USD')];
  assertProblem(await place(token, order(euro, 3)), 409, 'insufficient-stock');
  assertProblem(await place(token, order(randomUUID())), 422, 'unknown-product');
  assertProblem(await place(token, { items: [...order(euro).items, ...order(dollar).items] }), 422, 'mixed-currency');
  assert.deepEqual([shop.products.stock(euro), shop.products.stock(dollar)], [2, 2]);
  const { body } = await api().call('GET', '/api/v1/orders', { token });
  assert.deepEqual(
    body.items.map(({ status }: { status: string }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  assertProblem(
    await api().call('POST', `/api/v1/orders/${body.items[0].id}/cancel`, { token }),
    409,
    'not-cancellable',
  );
});

test('limits of an order', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(100_000);
  const many = (count: number) => ({
    items: Array.from({ length: count }, () => ({ productId: shop.products.add(5), quantity: 1 })),
  });
  assert.equal((await place(token, many(50))).status, 201);
  assert.equal((await place(token, order(id, 1000))).status, 201);
  const refused = [
    {},
    { items: [] },
    many(51),
    order(id, 0),
    order(id, 1001),
    order(id, 1.5),
    { items: [{ productId: id }] },
    { items: [{ productId: id, quantity: '1' }] },
    order(id.toUpperCase()),
    order('x'),
    { ...order(id), note: 'x' },
    { items: [{ productId: id, quantity: 1, price: 1 }] },
    { items: [...order(id).items, ...order(id).items] },
  ];
  for (const body of refused) assertProblem(await place(token, body), 400, 'validation-failed');
});

test('others do not see an order; an admin does', async () => {
  const [owner, other, admin] = [
    await shop.issuer.token(),
    await shop.issuer.token(),
    await shop.issuer.token({ role: 'admin' }),
  ];
  const { body } = await place(owner, order(shop.products.add(5)));
  const paths = [
    ['GET', `/api/v1/orders/${body.id}`],
    ['POST', `/api/v1/orders/${body.id}/cancel`],
  ] as const;
  for (const [method, path] of paths) {
    assertProblem(await api().call(method, path), 401, 'unauthorized');
    assertProblem(await api().call(method, path, { token: other }), 404, 'not-found');
  }
  assert.equal((await api().call('GET', `/api/v1/orders/${body.id}`, { token: admin })).status, 200);
  assert.deepEqual((await api().call('GET', '/api/v1/orders', { token: other })).body, { items: [], nextCursor: null });
  assert.equal((await api().call('GET', '/api/v1/orders?limit=1', { token: admin })).body.items[0].id, body.id);
  assertProblem(await api().call('GET', `/api/v1/orders/${randomUUID()}`, { token: admin }), 404, 'not-found');
});

test('a cancelled order gives its stock back once, however often and at once', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(5);
  const { body } = await place(token, order(id, 2));
  const cancel = () => api().call('POST', `/api/v1/orders/${body.id}/cancel`, { token });
  for (const answer of await Promise.all([cancel(), cancel(), cancel(), cancel()])) {
    assert.deepEqual([answer.status, answer.body?.status], [200, 'cancelled']);
    assert.equal(shop.products.stock(id), 5);
  }
  const admin = await shop.issuer.token({ role: 'admin' });
  assert.equal((await api().call('POST', `/api/v1/orders/${body.id}/cancel`, { token: admin, body: {} })).status, 200);
  assertProblem(
    await api().call('POST', `/api/v1/orders/${body.id}/cancel`, { token, body: { reason: 'x' } }),
    400,
    'validation-failed',
  );
  assert.equal(shop.products.stock(id), 5);
});

test('the list is newest first, in stable pages while orders are added', async () => {
  const token = await shop.issuer.token();
  const product = shop.products.add(100);
  const placed: string[] = [];
  for (let n = 0; n < 7; n++) placed.push((await place(token, order(product))).body.id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { body: { items: { id: string }[]; nextCursor: string | null } } = await api().call(
      'GET',
      `/api/v1/orders?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      { token },
    );
    seen.push(...page.body.items.map(({ id }) => id));
    cursor = page.body.nextCursor;
    await place(token, order(product));
  } while (cursor !== null);
  assert.deepEqual(seen, placed.toReversed());
});

test('the same key at the same time makes one order, and all hear of it', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(100);
  const answers = await Promise.all(Array.from({ length: 20 }, () => place(token, order(id, 2), 'twenty')));
  const [first] = answers;
  for (const { status, body, headers } of answers) {
    assert.deepEqual([status, body], [201, first?.body]);
    assert.equal(headers.get('location'), `/api/v1/orders/${body.id}`);
  }
  assert.equal(shop.products.stock(id), 98);
  assert.equal((await api().call('GET', '/api/v1/orders', { token })).body.items.length, 1);
  assert.doesNotMatch(await shop.database.readLog(), /ERROR/);
});

test('final answers are replayed byte for byte, another body is refused, another user has another key', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const first = await place(token, order(id), 'key-1');
  assert.equal((await place(token, `{ "items" : [ {"quantity":1, "productId":"${id}"} ] }`, 'key-1')).text, first.text);
  assertProblem(await place(token, order(id, 2), 'key-1'), 422, 'idempotency-key-reused');
  const other = await place(await shop.issuer.token(), order(id), 'key-1');
  assert.notEqual(other.body.id, first.body.id);
  assert.equal(shop.products.stock(id), 8);

  const few = shop.products.add(0);
  assertProblem(await place(token, order(few), 'key-2'), 409, 'insufficient-stock');
  const calls = shop.products.calls;
  assertProblem(await place(token, order(few), 'key-2'), 409, 'insufficient-stock');
  assert.equal(shop.products.calls, calls);
});

test('a key is 1–128 visible ASCII characters', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  for (const key of ['!', '~'.repeat(128)]) assert.equal((await place(token, order(id), key)).status, 201);
  for (const key of ['', '~'.repeat(129), 'a b', 'ä'])
    assertProblem(await place(token, order(id), key), 400, 'validation-failed');
});
