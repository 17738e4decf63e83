import { expectProblem } from '../../support/expect-problem.ts';
import { fetchInside, type InsideReply } from '../../support/fetch-inside.ts';
import { unknownId } from '../../support/patterns.ts';
import { expect, test } from '../../support/test.ts';

test('this machine → gateway → user, product and order', async ({ api, shop, customer: { token, user } }) => {
  expect(await api.get('/api/v1/users/me', { token })).toMatchObject({ status: 200, body: { id: user.id } });
  const { id: productId } = await shop.product({ stock: 3 });
  const order = await shop.order(token, [{ productId, quantity: 1 }]);
  expect(await api.get(`/api/v1/orders/${order.id}`, { token })).toMatchObject({ status: 200, body: order });
  expect(await shop.stock(productId)).toBe(2);
});

for (const [caller, callee, path] of [
  ['gateway', 'user', '/.well-known/jwks.json'],
  ['gateway', 'product', '/api/v1/products?limit=1'],
  ['product', 'user', '/.well-known/jwks.json'],
  ['order', 'product', '/api/v1/products?limit=1'],
  ['order', 'user', '/.well-known/jwks.json'],
] as const) {
  test(`${caller} finds ${callee} by cluster DNS`, async () => {
    const replies = await fetchInside(
      caller,
      { url: `http://${callee}${path}` },
      { url: `http://${callee}.shop.svc.cluster.local${path}` },
    );
    for (const { status, body } of replies) expect(status, body).toBe(200);
  });
}

for (const [service, method, path] of [
  ['user', 'GET', '/api/v1/users/me'],
  ['product', 'PATCH', `/api/v1/products/${unknownId}`],
  ['order', 'GET', '/api/v1/orders'],
  ['order', 'GET', `/api/v1/orders/${unknownId}`],
] as const) {
  test(`without a token ${method} ${path} is blocked at the gateway and at ${service} itself`, async ({ api }) => {
    expectProblem(await api.call(method, path), 401, 'unauthorized');
    const request = { method, url: `http://${service}${path}` };
    const forged = { authorization: 'Bearer garbage', 'x-user-id': unknownId, 'x-user-role': 'admin' };
    const replies = await fetchInside('gateway', request, { ...request, headers: forged });
    replies.forEach(expectUnauthorized);
  });
}

test('a token counts at a service reached directly as at the gateway', async ({ customer: { token } }) => {
  const headers = { authorization: `Bearer ${token}` };
  const [orders, change] = await fetchInside(
    'gateway',
    { url: 'http://order/api/v1/orders', headers },
    {
      url: `http://product/api/v1/products/${unknownId}`,
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"stock":1}',
    },
  );
  expect(orders.status, orders.body).toBe(200);
  expect(change.status, change.body).toBe(403);
});

test('reservations are for the order service alone, also from inside', async ({ adminToken }) => {
  const json = { 'content-type': 'application/json' };
  const request = { url: 'http://product/internal/v1/reservations', method: 'POST', headers: json, body: '{}' };
  const replies = await fetchInside(
    'order',
    request,
    { ...request, headers: { ...json, authorization: `Bearer ${adminToken}` } },
    { ...request, headers: { ...json, 'x-service-key': 'a guess' } },
  );
  replies.forEach(expectUnauthorized);
});

function expectUnauthorized({ status, headers, body }: InsideReply): void {
  expect(status, body).toBe(401);
  expect(headers['www-authenticate']).toBeTruthy();
  expect(JSON.parse(body)).toMatchObject({ code: 'unauthorized', requestId: headers['x-request-id'] });
}
