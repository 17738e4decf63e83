import { expectProblem } from '../../support/expect-problem.ts';
import { fetchInside } from '../../support/fetch-inside.ts';
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
    const short = await fetchInside(caller, `http://${callee}${path}`);
    expect(short.status, short.body).toBe(200);
    const full = await fetchInside(caller, `http://${callee}.shop.svc.cluster.local${path}`);
    expect(full.status, full.body).toBe(200);
  });
}

for (const [service, method, path] of [
  ['user', 'GET', '/api/v1/users/me'],
  ['product', 'PATCH', `/api/v1/products/${unknownId}`],
  ['order', 'GET', '/api/v1/orders'],
  ['order', 'GET', `/api/v1/orders/${unknownId}`],
] as const) {
  test(`without a token ${method} ${path} is blocked at the gateway and at ${service} itself`, async ({ api }) => {
    expectProblem(await api.send(method, path), 401, 'unauthorized');
    expectUnauthorized(await fetchInside('gateway', `http://${service}${path}`, { method }));
    const forged = { authorization: 'Bearer garbage', 'x-user-id': unknownId, 'x-user-role': 'admin' };
    expectUnauthorized(await fetchInside('gateway', `http://${service}${path}`, { method, headers: forged }));
  });
}

test('a token counts at a service reached directly as at the gateway', async ({ customer: { token } }) => {
  const headers = { authorization: `Bearer ${token}` };
  const orders = await fetchInside('gateway', 'http://order/api/v1/orders', { headers });
  expect(orders.status, orders.body).toBe(200);
  const change = { method: 'PATCH', headers: { ...headers, 'content-type': 'application/json' }, body: '{"stock":1}' };
  const product = await fetchInside('gateway', `http://product/api/v1/products/${unknownId}`, change);
  expect(product.status, product.body).toBe(403);
});

test('reservations are for the order service alone, also from inside', async ({ adminToken }) => {
  const url = 'http://product/internal/v1/reservations';
  const request = { method: 'POST', body: '{}' };
  const json = { 'content-type': 'application/json' };
  expectUnauthorized(await fetchInside('order', url, { ...request, headers: json }));
  const authorization = `Bearer ${adminToken}`;
  expectUnauthorized(await fetchInside('order', url, { ...request, headers: { ...json, authorization } }));
  expectUnauthorized(await fetchInside('order', url, { ...request, headers: { ...json, 'x-service-key': 'guess' } }));
});

function expectUnauthorized({ status, headers, body }: Awaited<ReturnType<typeof fetchInside>>): void {
  expect(status, body).toBe(401);
  expect(headers['www-authenticate']).toBeTruthy();
  expect(JSON.parse(body)).toMatchObject({ code: 'unauthorized', requestId: headers['x-request-id'] });
}
