import type { Order } from '@shop/contracts';
import { expect, test } from '../../support/test.ts';

test('a cancelled order gives its stock back once, however often it is cancelled', async ({
  api,
  shop,
  customer: { token },
}) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const order = await shop.order(token, [{ productId, quantity: 4 }]);
  expect(await shop.stock(productId)).toBe(6);
  const cancel = () => api.post<Order>(`/api/v1/orders/${order.id}/cancel`, { token });
  const cancelled = { status: 200, body: { ...order, status: 'cancelled' } };
  expect(await cancel()).toMatchObject(cancelled);
  expect(await shop.stock(productId)).toBe(10);
  expect(await cancel()).toMatchObject(cancelled);
  expect(await shop.stock(productId)).toBe(10);
  expect(await api.get(`/api/v1/orders/${order.id}`, { token })).toMatchObject(cancelled);
});

test('many cancels at once give the stock back once', async ({ api, shop, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const { id } = await shop.order(token, [{ productId, quantity: 4 }]);
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => api.post<Order>(`/api/v1/orders/${id}/cancel`, { token })),
  );
  expect(replies.map(({ status, body }) => [status, body.status])).toEqual(replies.map(() => [200, 'cancelled']));
  expect(await shop.stock(productId)).toBe(10);
});

test('the admin may cancel anyone’s order', async ({ api, shop, adminToken, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const { id } = await shop.order(token, [{ productId, quantity: 1 }]);
  const reply = await api.post(`/api/v1/orders/${id}/cancel`, { token: adminToken });
  expect(reply).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  expect(await shop.stock(productId)).toBe(10);
});

test('initial stock = what is left + what confirmed orders hold', async ({ api, shop, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 20 });
  const quantities = [1, 2, 3, 4, 5, 6, 7];
  const replies = await Promise.all(quantities.map((quantity) => shop.tryOrder(token, [{ productId, quantity }])));
  const orders = replies.filter(({ status }) => status === 201).map(({ body }) => body);
  const dropped = orders.slice(0, 2);
  await Promise.all(dropped.map(({ id }) => api.post(`/api/v1/orders/${id}/cancel`, { token })));
  const held = orders.slice(2).reduce((sum, { items }) => sum + items[0]!.quantity, 0);
  expect(await shop.stock(productId)).toBe(20 - held);
});
