import { OrderPage, type Order } from '@shop/contracts';
import { expectProblem } from '../../support/expect-problem.ts';
import { expectShape } from '../../support/expect-shape.ts';
import { unknownId } from '../../support/patterns.ts';
import { expect, test } from '../../support/test.ts';

test('an order is its owner’s and the admin’s; for anyone else it is not there', async ({
  api,
  shop,
  adminToken,
  customer,
  otherUser,
}) => {
  const { id: productId } = await shop.product();
  const order = await shop.order(customer.token, [{ productId, quantity: 1 }]);
  const path = `/api/v1/orders/${order.id}`;
  for (const token of [customer.token, adminToken]) {
    expect(await api.get(path, { token })).toMatchObject({ status: 200, body: order });
  }
  expectProblem(await api.get(path, { token: otherUser.token }), 404, 'not-found');
  expectProblem(await api.post(`${path}/cancel`, { token: otherUser.token }), 404, 'not-found');
  expectProblem(await api.get(path), 401, 'unauthorized');
  expect(await shop.stock(productId)).toBe(9);
});

test('an order that does not exist is not found', async ({ api, adminToken, customer: { token } }) => {
  for (const who of [token, adminToken]) {
    expectProblem(await api.get(`/api/v1/orders/${unknownId}`, { token: who }), 404, 'not-found');
    expectProblem(await api.post(`/api/v1/orders/${unknownId}/cancel`, { token: who }), 404, 'not-found');
  }
});

test('the list is one’s own, newest first, page by page', async ({ api, shop, otherUser, newUser: { token } }) => {
  const { id: productId } = await shop.product();
  const placed: Order[] = [];
  for (let n = 0; n < 5; n++) placed.push(await shop.order(token, [{ productId, quantity: 1 }]));
  await shop.order(otherUser.token, [{ productId, quantity: 1 }]);

  const seen: Order[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = new URLSearchParams({ limit: '2', ...(cursor === '' ? {} : { cursor }) }).toString();
    const page = await api.get<OrderPage>(`/api/v1/orders?${query}`, { token });
    expect(page.status).toBe(200);
    expectShape(OrderPage, page.body);
    seen.push(...page.body.items);
    expect(seen.length, 'pages come to an end').toBeLessThan(20);
    cursor = page.body.nextCursor;
    // Newest first: what comes in between stands before the pages that are left.
    if (seen.length === 2) await shop.order(token, [{ productId, quantity: 1 }]);
  }
  expect(seen).toEqual(placed.toReversed());
});

test('the admin lists everyone’s orders', async ({ api, shop, adminToken, customer: { token } }) => {
  const { id: productId } = await shop.product();
  const { id } = await shop.order(token, [{ productId, quantity: 1 }]);
  const page = await api.get<OrderPage>('/api/v1/orders?limit=100', { token: adminToken });
  expect(page.body.items.map((order) => order.id)).toContain(id);
});

test('who has ordered nothing has an empty list', async ({ api, newUser: { token } }) => {
  expect(await api.get('/api/v1/orders', { token })).toMatchObject({
    status: 200,
    body: { items: [], nextCursor: null },
  });
});

for (const query of ['limit=0', 'limit=101', 'cursor=nonsense']) {
  test(`refuses ${query}`, async ({ api, customer: { token } }) => {
    expectProblem(await api.get(`/api/v1/orders?${query}`, { token }), 400);
  });
}
