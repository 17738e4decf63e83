import { ProductPage, type Product } from '@shop/contracts';
import { expectProblem } from '../../support/expect-problem.ts';
import { expectShape } from '../../support/expect-shape.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

test('pages hold every product once, also while others are added', async ({ api, shop }) => {
  const tag = unique('list');
  const made: Product[] = [];
  for (let n = 0; n < 5; n++) made.push(await shop.product({ name: `${tag} ${n}` }));

  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = new URLSearchParams({ q: tag, limit: '2', ...(cursor === '' ? {} : { cursor }) }).toString();
    const page = await api.get<ProductPage>(`/api/v1/products?${query}`);
    expect(page.status).toBe(200);
    expectShape(ProductPage, page.body);
    expect(page.body.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.body.items.map(({ id }) => id));
    expect(seen.length, 'pages come to an end').toBeLessThan(20);
    cursor = page.body.nextCursor;
    if (seen.length === 2) await shop.product({ name: `${tag} added` });
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
});

test('a page has 20 products unless asked otherwise', async ({ api, shop }) => {
  const tag = unique('default');
  await Promise.all(Array.from({ length: 21 }, (_, n) => shop.product({ name: `${tag} ${n}` })));
  const first = await api.get<ProductPage>(`/api/v1/products?q=${tag}`);
  expect(first.body.items).toHaveLength(20);
  const second = await api.get<ProductPage>(
    `/api/v1/products?q=${tag}&cursor=${encodeURIComponent(first.body.nextCursor!)}`,
  );
  expect(second.body).toMatchObject({ items: [{}], nextCursor: null });
  const all = await api.get<ProductPage>(`/api/v1/products?q=${tag}&limit=100`);
  expect(all.body.items).toHaveLength(21);
  expect(all.body.nextCursor).toBeNull();
});

test('q is a part of the name in any case, every character literal', async ({ api, shop }) => {
  const tag = unique('q');
  const name = `${tag} 100%_Ünïcode\\ (Grün)`;
  const { id } = await shop.product({ name });
  await shop.product({ name: `${tag} 100xxÜnïcode` });
  const find = async (q: string) => {
    const reply = await api.get<ProductPage>(`/api/v1/products?${new URLSearchParams({ q })}`);
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
    return reply.body.items.map((item) => item.id);
  };
  expect(await find(`${tag} 100%_`)).toEqual([id]);
  expect(await find(`${tag.toUpperCase()} 100%_ÜNÏ`)).toEqual([id]);
  expect(await find(`${tag} 100%_Ünïcode\\ (grün)`)).toEqual([id]);
  expect(await find(`${tag} %`)).toEqual([]);
  expect(await find(`${tag}.*`)).toEqual([]);
  expect(await find(tag)).toHaveLength(2);
});

test('a search that finds nothing is an empty page', async ({ api }) => {
  const reply = await api.get(`/api/v1/products?q=${unique('nothing')}`);
  expect(reply).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
});

for (const query of [
  'limit=0',
  'limit=101',
  'limit=-1',
  'limit=1.5',
  'limit=many',
  'limit=1&limit=2',
  'cursor=%00',
  'cursor=nonsense',
]) {
  test(`refuses ${query}`, async ({ api }) => {
    expectProblem(await api.get(`/api/v1/products?${query}`), 400);
  });
}

test('q has at most 200 characters', async ({ api }) => {
  expect((await api.get(`/api/v1/products?q=${'x'.repeat(200)}`)).status).toBe(200);
  expectProblem(await api.get(`/api/v1/products?q=${'x'.repeat(201)}`), 400);
});
