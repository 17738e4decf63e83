import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { uuidV7 } from '@shop/service-kit/uuid-v7';
import { assertProblem } from '@slipway/testing/http';
import { nextOrderKey, orderKey, startProductService } from './start-product-service.ts';

let shop: Awaited<ReturnType<typeof startProductService>>;
before(async () => {
  shop = await startProductService();
});
after(() => shop.stop());

let count = 0;
async function createProduct(stock: number, fields: object = {}): Promise<string> {
  const body = { sku: `r-${++count}`, name: 'Thing', priceCents: 100, currency: 'EUR', stock, ...fields };
  return (await shop.api.call('POST', '/api/v1/products', { token: shop.adminToken, body })).body.id;
}
const stockOf = async (id: string) => (await shop.api.call('GET', `/api/v1/products/${id}`)).body.stock;
const newOrderId = () => uuidV7().id;
const reserve = (orderId: string, items: object[], key = orderKey) =>
  shop.api.call('POST', '/internal/v1/reservations', { body: { orderId, items }, headers: { 'x-service-key': key } });
const release = (orderId: string) =>
  shop.api.call('DELETE', `/internal/v1/reservations/${orderId}`, { headers: { 'x-service-key': orderKey } });

test('only the order service may: no key, a wrong one or a token of an admin is refused, whatever the path', async () => {
  for (const path of ['/internal/v1/reservations', '/internal/v1/reservations/x', '/internal/anything']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const attempts = [
        {},
        { token: shop.adminToken },
        { headers: { 'x-service-key': 'x'.repeat(32) } },
        { headers: { 'x-service-key': '' } },
      ];
      for (const options of attempts) assertProblem(await shop.api.call(method, path, options), 401, 'unauthorized');
    }
  }
});

test('both keys of a rotation are accepted', async () => {
  const id = await createProduct(10);
  for (const key of [orderKey, nextOrderKey])
    assert.equal((await reserve(newOrderId(), [{ productId: id, quantity: 1 }], key)).status, 200);
});

test('an order reserves once however often and at once it asks, and releases once', async () => {
  const id = await createProduct(10, { priceCents: 250 });
  const orderId = newOrderId();
  const items = [{ productId: id, quantity: 4 }];
  const answers = await Promise.all(Array.from({ length: 8 }, () => reserve(orderId, items)));
  const expected = { orderId, currency: 'EUR', items: [{ productId: id, quantity: 4, unitPriceCents: 250 }] };
  for (const { status, body } of answers) assert.deepEqual([status, body], [200, expected]);
  assert.equal(await stockOf(id), 6);
  assert.ok(
    (await Promise.all(Array.from({ length: 8 }, () => release(orderId)))).every(({ status }) => status === 204),
  );
  assert.equal(await stockOf(id), 10);
  assertProblem(await reserve(orderId, items), 409, 'reservation-released');
  assert.equal(await stockOf(id), 10);
});

test('a release that comes before the reservation refuses it', async () => {
  const id = await createProduct(10);
  const orderId = newOrderId();
  assert.equal((await release(orderId)).status, 204);
  assertProblem(await reserve(orderId, [{ productId: id, quantity: 1 }]), 409, 'reservation-released');
  assert.equal(await stockOf(id), 10);
});

test('a refusal takes nothing and stays, even when there is stock later', async () => {
  const [plenty, few] = [await createProduct(10), await createProduct(1)];
  const orderId = newOrderId();
  const items = [
    { productId: plenty, quantity: 1 },
    { productId: few, quantity: 2 },
  ];
  assertProblem(await reserve(orderId, items), 409, 'insufficient-stock');
  await shop.api.call('PATCH', `/api/v1/products/${few}`, { token: shop.adminToken, body: { stock: 5 } });
  assertProblem(await reserve(orderId, items), 409, 'insufficient-stock');
  assert.deepEqual([await stockOf(plenty), await stockOf(few)], [10, 5]);
  await release(orderId);
  assert.deepEqual([await stockOf(plenty), await stockOf(few)], [10, 5]);
});

test('unknown products and mixed currencies are refused', async () => {
  const [euro, dollar] = [await createProduct(10), await createProduct(10, { currency: 'USD' })];
  assertProblem(
    await reserve(newOrderId(), [
      { productId: euro, quantity: 1 },
      { productId: newOrderId(), quantity: 1 },
    ]),
    422,
    'unknown-product',
  );
  assertProblem(
    await reserve(newOrderId(), [
      { productId: euro, quantity: 1 },
      { productId: dollar, quantity: 1 },
    ]),
    422,
    'mixed-currency',
  );
  assert.deepEqual([await stockOf(euro), await stockOf(dollar)], [10, 10]);
});

test('stock is never oversold, in whatever order the products are named', async () => {
  const [a, b] = [await createProduct(30), await createProduct(30)];
  const orders = Array.from({ length: 60 }, (_, n) => {
    const items = [
      { productId: a, quantity: 1 },
      { productId: b, quantity: 1 },
    ];
    return reserve(newOrderId(), n % 2 ? items : items.toReversed());
  });
  const statuses = (await Promise.all(orders)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 30);
  assert.equal(statuses.filter((status) => status === 409).length, 30);
  assert.deepEqual([await stockOf(a), await stockOf(b)], [0, 0]);
});
