import { Order, type Product } from '@shop/contracts';
import { expectProblem, expectValidationFailed } from '../../support/expect-problem.ts';
import { expectShape } from '../../support/expect-shape.ts';
import { rfc3339Utc, unknownId, uuidV7 } from '../../support/patterns.ts';
import { expect, test } from '../../support/test.ts';

test('an order is confirmed, priced and takes stock', async ({ api, shop, customer: { token } }) => {
  const [one, two] = await Promise.all([
    shop.product({ priceCents: 250, stock: 10 }),
    shop.product({ priceCents: 99, stock: 5 }),
  ]);
  const items = [
    { productId: one.id, quantity: 3 },
    { productId: two.id, quantity: 5 },
  ];
  const placed = await shop.tryOrder(token, items);
  expect(placed, JSON.stringify(placed.body)).toMatchObject({ status: 201 });
  expectShape(Order, placed.body);
  expect(placed.body).toMatchObject({ status: 'confirmed', totalCents: 3 * 250 + 5 * 99, currency: 'EUR' });
  expect(placed.body.items).toEqual([
    { ...items[0], unitPriceCents: 250 },
    { ...items[1], unitPriceCents: 99 },
  ]);
  expect(placed.body.id).toMatch(uuidV7);
  expect(placed.body.createdAt).toMatch(rfc3339Utc);
  expect(placed.headers.get('location')).toBe(`/api/v1/orders/${placed.body.id}`);
  expect(await api.get(placed.headers.get('location')!, { token })).toMatchObject({ status: 200, body: placed.body });
  expect(await shop.stock(one.id)).toBe(7);
  expect(await shop.stock(two.id)).toBe(0);
});

test('an order keeps the price that it was placed at', async ({ api, shop, adminToken, customer: { token } }) => {
  const product = await shop.product({ priceCents: 100 });
  const order = await shop.order(token, [{ productId: product.id, quantity: 2 }]);
  await api.patch(`/api/v1/products/${product.id}`, { token: adminToken, body: { priceCents: 999 } });
  expect((await api.get(`/api/v1/orders/${order.id}`, { token })).body).toEqual(order);
});

test('too little stock of one product refuses the order and takes nothing of the others', async ({
  shop,
  customer,
}) => {
  const [plenty, scarce] = await Promise.all([shop.product({ stock: 10 }), shop.product({ stock: 1 })]);
  const items = [
    { productId: plenty.id, quantity: 4 },
    { productId: scarce.id, quantity: 2 },
  ];
  expectProblem(await shop.tryOrder(customer.token, items), 409, 'insufficient-stock');
  expect(await shop.stock(plenty.id)).toBe(10);
  expect(await shop.stock(scarce.id)).toBe(1);
});

test('an unknown product refuses the order and takes nothing of the others', async ({ shop, customer: { token } }) => {
  const known = await shop.product({ stock: 10 });
  const items = [
    { productId: known.id, quantity: 1 },
    { productId: unknownId, quantity: 1 },
  ];
  expectProblem(await shop.tryOrder(token, items), 422, 'unknown-product');
  expect(await shop.stock(known.id)).toBe(10);
});

test('an order has one currency', async ({ shop, customer: { token } }) => {
  const products = await Promise.all([shop.product({ currency: 'EUR' }), shop.product({ currency: 'USD' })]);
  const reply = await shop.tryOrder(
    token,
    products.map(({ id }) => ({ productId: id, quantity: 1 })),
  );
  expectProblem(reply, 422, 'mixed-currency');
  for (const { id, stock } of products) expect(await shop.stock(id)).toBe(stock);
});

test('many at once never sell more than there is', async ({ shop, customer: { token } }) => {
  const { id } = await shop.product({ stock: 5 });
  const replies = await Promise.all(
    Array.from({ length: 12 }, () => shop.tryOrder(token, [{ productId: id, quantity: 1 }])),
  );
  const refused = replies.filter(({ status }) => status !== 201);
  for (const reply of refused) expectProblem(reply, 409, 'insufficient-stock');
  expect(refused).toHaveLength(7);
  expect(await shop.stock(id)).toBe(0);
});

test('orders of two products in opposite order do not block each other', async ({ shop, customer: { token } }) => {
  const [one, two] = await Promise.all([shop.product({ stock: 50 }), shop.product({ stock: 50 })]);
  const items = [one, two].map(({ id }: Product) => ({ productId: id, quantity: 1 }));
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, n) => shop.tryOrder(token, n % 2 === 0 ? items : items.toReversed())),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
  expect(await shop.stock(one.id)).toBe(40);
  expect(await shop.stock(two.id)).toBe(40);
});

test('accepts 50 items', async ({ shop, customer: { token } }) => {
  const products = await Promise.all(Array.from({ length: 50 }, () => shop.product({ priceCents: 1 })));
  const order = await shop.order(
    token,
    products.map(({ id }) => ({ productId: id, quantity: 1 })),
  );
  expect(order.totalCents).toBe(50);
});

const item = (quantity: unknown) => ({ productId: unknownId, quantity });

for (const [what, body, path] of [
  ['no items', {}, '/items'],
  ['an empty list of items', { items: [] }, '/items'],
  ['a quantity of 0', { items: [item(0)] }, '/items/0/quantity'],
  ['a quantity of 1001', { items: [item(1001)] }, '/items/0/quantity'],
  ['half of a product', { items: [item(0.5)] }, '/items/0/quantity'],
  ['a quantity as text', { items: [item('1')] }, '/items/0/quantity'],
  ['an id that is none', { items: [{ productId: 'nonsense', quantity: 1 }] }, '/items/0/productId'],
  ['a price of its own choice', { items: [{ ...item(1), unitPriceCents: 1 }] }, '/items/0/unitPriceCents'],
  ['what it does not know', { items: [item(1)], coupon: 'FREE' }, '/coupon'],
] as const) {
  test(`refuses ${what}`, async ({ api, customer: { token } }) => {
    expectValidationFailed(await api.post('/api/v1/orders', { token, body }), path);
  });
}

test('refuses 51 items', async ({ api, customer: { token } }) => {
  const items = Array.from({ length: 51 }, (_, n) => ({
    productId: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    quantity: 1,
  }));
  expectValidationFailed(await api.post('/api/v1/orders', { token, body: { items } }), '/items');
});

test('refuses a product that comes twice', async ({ shop, customer: { token } }) => {
  const { id } = await shop.product();
  const reply = await shop.tryOrder(token, [
    { productId: id, quantity: 1 },
    { productId: id, quantity: 2 },
  ]);
  expectValidationFailed(reply);
  expect(await shop.stock(id)).toBe(10);
});
