import type { Answer, ApiClient, RequestOptions } from '@shop/client';
import { expectProblem } from '../../support/expect-problem.ts';
import { unknownId } from '../../support/patterns.ts';
import { test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

const product = () => ({ sku: unique('sku'), name: 'A product', priceCents: 1, currency: 'EUR', stock: 1 });
const order = { items: [{ productId: unknownId, quantity: 1 }] };

const guarded: [string, (api: ApiClient, options: RequestOptions) => Promise<Answer>][] = [
  ['GET users/me', (api, options) => api.get('/api/v1/users/me', options)],
  ['POST products', (api, options) => api.post('/api/v1/products', { body: product(), ...options })],
  [
    'PATCH products/{id}',
    (api, options) => api.patch(`/api/v1/products/${unknownId}`, { body: { stock: 1 }, ...options }),
  ],
  ['POST orders', (api, options) => api.post('/api/v1/orders', { body: order, ...options })],
  ['GET orders', (api, options) => api.get('/api/v1/orders', options)],
  ['GET orders/{id}', (api, options) => api.get(`/api/v1/orders/${unknownId}`, options)],
  ['POST orders/{id}/cancel', (api, options) => api.post(`/api/v1/orders/${unknownId}/cancel`, options)],
];

for (const [route, send] of guarded) {
  test(`${route} asks for a token`, async ({ api }) => {
    expectProblem(await send(api, {}), 401, 'unauthorized');
  });

  test(`${route} refuses tokens that the user service has not signed`, async ({ api, customer: { token } }) => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const asAdmin = base64({ ...claims, role: 'admin' });
    const forgeries = {
      'no token at all': 'garbage',
      'other claims': `${header}.${asAdmin}.${signature}`,
      'no signature': `${base64({ alg: 'none', typ: 'JWT' })}.${asAdmin}.`,
      'an unknown key': `${base64({ alg: 'ES256', typ: 'JWT', kid: 'unknown' })}.${asAdmin}.${signature}`,
    };
    for (const [what, forged] of Object.entries(forgeries)) {
      await test.step(what, async () => expectProblem(await send(api, { token: forged }), 401, 'unauthorized'));
    }
  });

  test(`${route} believes no identity header`, async ({ api, customer: { user } }) => {
    const headers = { 'x-user-id': user.id, 'x-user-role': 'admin', authorization: 'Basic YWRtaW46YWRtaW4=' };
    expectProblem(await send(api, { headers }), 401, 'unauthorized');
  });
}

test('only an admin changes the catalogue; whether the thing exists is not told', async ({ api, shop, customer }) => {
  const { token } = customer;
  const existing = await shop.product();
  expectProblem(await api.post('/api/v1/products', { token, body: product() }), 403, 'forbidden');
  for (const id of [existing.id, unknownId]) {
    expectProblem(await api.patch(`/api/v1/products/${id}`, { token, body: { stock: 1 } }), 403, 'forbidden');
  }
});

test('a right is judged before the body', async ({ api, customer: { token } }) => {
  expectProblem(await api.post('/api/v1/products', { token, body: { nonsense: true } }), 403, 'forbidden');
  expectProblem(await api.post('/api/v1/products', { body: { nonsense: true } }), 401, 'unauthorized');
});

function base64(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}
