import { Product } from '@shop/contracts';
import { expectProblem, expectValidationFailed } from '../../support/expect-problem.ts';
import { expectShape } from '../../support/expect-shape.ts';
import { rfc3339Utc, unknownId, uuidV7 } from '../../support/patterns.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

const newProduct = (properties: object = {}) => ({
  sku: unique('sku'),
  name: 'A product',
  description: 'What it is good for',
  priceCents: 1999,
  currency: 'EUR',
  stock: 10,
  ...properties,
});

test('the admin creates a product that anyone can read', async ({ api, adminToken }) => {
  const json = newProduct();
  const created = await api.post('/api/v1/products', { token: adminToken, body: json });
  expect(created.status).toBe(201);
  expectShape(Product, created.body);
  expect(created.body).toMatchObject(json);
  expect(created.body.id).toMatch(uuidV7);
  expect(created.body.createdAt).toMatch(rfc3339Utc);
  expect(created.headers.get('location')).toBe(`/api/v1/products/${created.body.id}`);
  expect(await api.get(created.headers.get('location')!)).toMatchObject({ status: 200, body: created.body });
});

test('a description may be left out', async ({ api, adminToken }) => {
  const json = newProduct({ description: undefined });
  expect(await api.post('/api/v1/products', { token: adminToken, body: json })).toMatchObject({ status: 201 });
});

test('a sku is taken once', async ({ api, adminToken }) => {
  const json = newProduct();
  expect((await api.post('/api/v1/products', { token: adminToken, body: json })).status).toBe(201);
  expectProblem(await api.post('/api/v1/products', { token: adminToken, body: json }), 409, 'sku-taken');
});

test('a change changes what it names, at once and only that', async ({ api, adminToken, shop }) => {
  const before = await shop.product();
  const path = `/api/v1/products/${before.id}`;
  for (const change of [{ name: 'Renamed' }, { description: 'New' }, { priceCents: 5 }, { stock: 77 }]) {
    const known = (await api.get<Product>(path)).body;
    const changed = await api.patch<Product>(path, { token: adminToken, body: change });
    expect(changed).toMatchObject({ status: 200, body: { ...known, ...change, updatedAt: changed.body.updatedAt } });
    expect(Date.parse(changed.body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(known.updatedAt));
    expect((await api.get(path)).body).toEqual(changed.body);
  }
});

for (const [what, change] of [
  ['nothing', {}],
  ['its sku', { sku: 'other' }],
  ['its currency', { currency: 'USD' }],
  ['a negative stock', { stock: -1 }],
  ['half a cent', { priceCents: 0.5 }],
] as const) {
  test(`a change of ${what} is refused`, async ({ api, adminToken, shop }) => {
    const { id } = await shop.product();
    expectValidationFailed(await api.patch(`/api/v1/products/${id}`, { token: adminToken, body: change }));
  });
}

test('a product that does not exist is not found', async ({ api, adminToken }) => {
  const path = `/api/v1/products/${unknownId}`;
  expectProblem(await api.get(path), 404, 'not-found');
  expectProblem(await api.patch(path, { token: adminToken, body: { stock: 1 } }), 404, 'not-found');
});

test('an id counts in its canonical form only', async ({ api, shop }) => {
  const { id } = await shop.product();
  for (const form of [id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`, 'nonsense']) {
    expectProblem(await api.get(`/api/v1/products/${encodeURIComponent(form)}`), 400, 'validation-failed');
  }
});

for (const [what, properties] of [
  ['the longest sku', { sku: unique('sku').padEnd(64, '.') }],
  ['the longest description', { description: 'x'.repeat(4000) }],
  ['the lowest numbers', { priceCents: 0, stock: 0 }],
  ['the highest numbers', { priceCents: 99_999_999, stock: 1_000_000_000 }],
] as const) {
  test(`accepts ${what}`, async ({ api, adminToken }) => {
    const reply = await api.post('/api/v1/products', { token: adminToken, body: newProduct(properties) });
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  });
}

for (const [what, properties, path] of [
  ['a sku of 65 characters', { sku: 'x'.repeat(65) }, '/sku'],
  ['a sku with a space', { sku: 'a b' }, '/sku'],
  ['an empty name', { name: '' }, '/name'],
  ['a description of 4001 characters', { description: 'x'.repeat(4001) }, '/description'],
  ['a negative price', { priceCents: -1 }, '/priceCents'],
  ['a price above the limit', { priceCents: 100_000_000 }, '/priceCents'],
  ['a price as text', { priceCents: '1' }, '/priceCents'],
  ['a currency that is none', { currency: 'euro' }, '/currency'],
  ['a stock above the limit', { stock: 1_000_000_001 }, '/stock'],
  ['no stock', { stock: undefined }, '/stock'],
  ['what it does not know', { colour: 'red' }, '/colour'],
] as const) {
  test(`refuses ${what}`, async ({ api, adminToken }) => {
    const reply = await api.post('/api/v1/products', { token: adminToken, body: newProduct(properties) });
    expectValidationFailed(reply, path);
  });
}
