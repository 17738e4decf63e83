import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { startProductService } from './start-product-service.ts';

let shop: Awaited<ReturnType<typeof startProductService>>;
before(async () => {
  shop = await startProductService();
});
after(() => shop.stop());

let count = 0;
const newProduct = (fields: object = {}) => ({
  sku: `sku-${++count}`,
  name: 'Thing',
  priceCents: 100,
  currency: 'EUR',
  stock: 5,
  ...fields,
});
const create = (fields?: object) =>
  shop.api.call('POST', '/api/v1/products', { token: shop.adminToken, body: newProduct(fields) });
const get = (path: string) => shop.api.call('GET', `/api/v1/products${path}`);
const change = (id: string, body: unknown) =>
  shop.api.call('PATCH', `/api/v1/products/${id}`, { token: shop.adminToken, body });

test('a product is created, read and changed; a write is visible to the next read', async () => {
  const created = await create({ description: 'Fine' });
  assert.equal(created.status, 201);
  assert.equal(created.headers.get('location'), `/api/v1/products/${created.body.id}`);
  assert.deepEqual(Object.keys(created.body).sort(), [
    'createdAt',
    'currency',
    'description',
    'id',
    'name',
    'priceCents',
    'sku',
    'stock',
    'updatedAt',
  ]);
  assert.deepEqual((await get(`/${created.body.id}`)).body, created.body);
  const changed = await change(created.body.id, { name: 'Other', description: '', priceCents: 0, stock: 0 });
  assert.equal(changed.status, 200);
  const { name, description, priceCents, stock, sku, currency } = (await get(`/${created.body.id}`)).body;
  assert.deepEqual(
    { name, description, priceCents, stock, sku, currency },
    { name: 'Other', description: '', priceCents: 0, stock: 0, sku: created.body.sku, currency: 'EUR' },
  );
});

test('only an admin writes: 401 and 403 come before everything else', async () => {
  const customer = await shop.issuer.token();
  for (const [method, path] of [
    ['POST', '/api/v1/products'],
    ['PATCH', '/api/v1/products/01890a5d-ac96-774b-bcce-b302099a8057'],
    ['PATCH', '/api/v1/products/nonsense'],
  ] as const) {
    assertProblem(await shop.api.call(method, path, { body: '{' }), 401, 'unauthorized');
    assertProblem(await shop.api.call(method, path, { body: '{', token: customer }), 403, 'forbidden');
  }
});

test('nobody is believed because of a header', async () => {
  const headers = { 'x-user-id': '01890a5d-ac96-774b-bcce-b302099a8057', 'x-user-role': 'admin', 'x-role': 'admin' };
  assertProblem(await shop.api.call('POST', '/api/v1/products', { body: newProduct(), headers }), 401, 'unauthorized');
});

test('a SKU is taken once', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => create({ sku: 'same' })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409]);
  assertProblem(await create({ sku: 'same' }), 409, 'sku-taken');
  assert.doesNotMatch(await shop.database.readLog(), /ERROR/);
});

test('limits of a product', async () => {
  const accepted = [
    { sku: 'A.b_c-9' },
    { sku: 'x'.repeat(64) },
    { description: 'd'.repeat(4000) },
    { priceCents: 99_999_999, stock: 1_000_000_000 },
    { name: 'é'.repeat(200) },
  ];
  for (const fields of accepted) assert.equal((await create(fields)).status, 201, JSON.stringify(fields).slice(0, 40));
  const refused = [
    { sku: '' },
    { sku: 'x'.repeat(65) },
    { sku: 'a b' },
    { sku: 'a\n' },
    { name: '' },
    { name: 'n'.repeat(201) },
    { description: 'd'.repeat(4001) },
    { priceCents: -1 },
    { priceCents: 100_000_000 },
    { priceCents: 1.5 },
    { priceCents: '1' },
    { stock: -1 },
    { stock: 1_000_000_001 },
    { stock: null },
    { currency: 'eur' },
    { currency: 'EURO' },
    { id: 'x' },
    { createdAt: 'x' },
  ];
  for (const fields of refused) assertProblem(await create(fields), 400, 'validation-failed');
});

test('a change of nothing, of the fixed and of the unknown is 400; of what is not there 404', async () => {
  const { body } = await create();
  for (const bad of [{}, { sku: 'x' }, { currency: 'USD' }, { stock: -1 }, [], null])
    assertProblem(await change(body.id, bad), 400, 'validation-failed');
  assertProblem(await change('01890a5d-ac96-774b-bcce-b302099a8057', { stock: 1 }), 404, 'not-found');
});

test('ids are accepted in canonical form only', async () => {
  const { body } = await create();
  assertProblem(await get('/01890a5d-ac96-774b-bcce-b302099a8057'), 404, 'not-found');
  for (const id of [body.id.toUpperCase(), body.id.replaceAll('-', ''), `{${body.id}}`, 'x', "1'%20or%201=1", '%00']) {
    assert.equal((await get(`/${id}`)).status, 400, id);
  }
});

test('pages are stable while rows are added: none twice, none missed', async () => {
  const before: string[] = [];
  for (let n = 0; n < 25; n++) before.push((await create({ name: 'Paged' })).body.id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { body: { items: { id: string }[]; nextCursor: string | null } } = await get(
      `?q=paged&limit=4${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    seen.push(...page.body.items.map(({ id }) => id));
    cursor = page.body.nextCursor;
    await create({ name: 'Paged' });
  } while (cursor !== null);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(
    seen.filter((id) => before.includes(id)),
    before.toReversed(),
  );
});

test('the last page says so, exactly at the limit too; a made-up cursor is 400', async () => {
  for (let n = 0; n < 3; n++) await create({ name: 'Exact' });
  const page = await get('?q=exact&limit=3');
  assert.equal(page.body.items.length, 3);
  assert.equal(page.body.nextCursor, null);
  assert.deepEqual((await get('?q=no-such-thing')).body, { items: [], nextCursor: null });
  for (const cursor of [
    'x',
    'AAAA',
    '',
    Buffer.from('nonsense').toString('base64url'),
    '01890a5d-ac96-774b-bcce-b302099a8057',
  ]) {
    assert.equal((await get(`?cursor=${cursor}`)).status, 400, cursor);
  }
});

test('the search takes every character literally and ignores case, also beyond ASCII', async () => {
  const names = ['Plain', '100% Wool', 'under_score', 'back\\slash', "quote's", 'ÜBER Straße', 'dot.star*'];
  for (const name of names) await create({ name: `~${name}` });
  const search = async (q: string) =>
    (await get(`?limit=100&q=${encodeURIComponent(q)}`)).body.items.map(({ name }: { name: string }) => name);
  for (const name of names) assert.deepEqual(await search(`~${name.toLowerCase()}`), [`~${name}`]);
  assert.deepEqual(await search('~%'), []);
  assert.deepEqual(await search('~p_ain'), []);
  assert.deepEqual(await search('~über'), ['~ÜBER Straße']);
  assert.equal((await get(`?q=${'q'.repeat(200)}`)).status, 200);
  assertProblem(await get(`?q=${'q'.repeat(201)}`), 400, 'validation-failed');
});
