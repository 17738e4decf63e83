import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

test('/healthz tells the status and nothing else', async ({ api }) => {
  const { status, body } = await api.get('/healthz');
  expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
});

for (const path of ['/metrics', '/healthz/live', '/healthz/ready']) {
  test(`${path} is not for the public`, async ({ api }) => {
    expect((await api.get(path)).status).toBe(404);
  });
}

test('a request id comes back on every answer', async ({ api }) => {
  for (const path of ['/healthz', '/api/v1/products', '/api/v1/orders', '/api/v1/nothing', '/api/v1/products/%zz']) {
    for (const id of [unique('e2e'), 'a', 'A-Za-z0-9._-'.padEnd(64, 'x')]) {
      const { headers } = await api.get(path, { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toBe(id);
    }
  }
});

test('a request id that is none is replaced', async ({ api }) => {
  for (const id of ['x'.repeat(65), 'two words', 'a/b', '<script>', 'schlüssel']) {
    const { headers } = await api.get('/api/v1/products', { headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
    expect(headers.get('x-request-id')).not.toBe(id);
  }
});

test('a request without an id gets one of its own', async ({ api }) => {
  const replies = await Promise.all(Array.from({ length: 5 }, () => api.get('/api/v1/products?limit=1')));
  const ids = replies.map(({ headers }) => headers.get('x-request-id'));
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the OpenAPI document describes every public route', async ({ api }) => {
  const { status, body } = await api.get<{ openapi: string; paths: Record<string, object> }>('/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toMatch(/^3\.1\./);
  const routes = Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes).toEqual(
    expect.arrayContaining([
      'POST /api/v1/users',
      'GET /api/v1/users/me',
      'POST /api/v1/sessions',
      'GET /api/v1/products',
      'POST /api/v1/products',
      'GET /api/v1/products/{id}',
      'PATCH /api/v1/products/{id}',
      'GET /api/v1/orders',
      'POST /api/v1/orders',
      'GET /api/v1/orders/{id}',
      'POST /api/v1/orders/{id}/cancel',
      'GET /.well-known/jwks.json',
    ]),
  );
  expect(routes.filter((route) => route.includes('/internal/'))).toEqual([]);
});

test('/docs is a page', async ({ api }) => {
  const { status, headers } = await api.get('/docs');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/html\b/);
});
