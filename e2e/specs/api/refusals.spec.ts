import { expectProblem } from '../../support/expect-problem.ts';
import { unknownId } from '../../support/patterns.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

const bodyBytes = 65_536;

/** JSON of exactly that many bytes: spaces are allowed between its tokens. */
function padded(json: object, bytes: number): string {
  const text = JSON.stringify(json);
  return text.slice(0, -1) + ' '.repeat(bytes - text.length) + '}';
}

test(`a body of ${bodyBytes} bytes is accepted, one more is too large`, async ({ api, adminToken: token }) => {
  const json = () => ({ sku: unique('sku'), name: 'A product', priceCents: 1, currency: 'EUR', stock: 1 });
  const largest = await api.post('/api/v1/products', { token, body: padded(json(), bodyBytes) });
  expect(largest, JSON.stringify(largest.body)).toMatchObject({ status: 201 });
  expectProblem(await api.post('/api/v1/products', { token, body: padded(json(), bodyBytes + 1) }), 413);
});

for (const raw of ['{', '{"email": }', 'nonsense', '[1,]', '{"email":"a@b.example"}}']) {
  test(`the body ${raw} is not JSON`, async ({ api }) => {
    expectProblem(await api.post('/api/v1/sessions', { body: raw }), 400);
  });
}

for (const raw of ['null', '[]', '"text"', '1']) {
  test(`the body ${raw} is no session`, async ({ api }) => {
    expectProblem(await api.post('/api/v1/sessions', { body: raw }), 400, 'validation-failed');
  });
}

test('a body is needed', async ({ api }) => {
  expectProblem(await api.post('/api/v1/sessions', { body: '' }), 400);
});

for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
  test(`${contentType} is not understood`, async ({ api }) => {
    expectProblem(
      await api.post('/api/v1/sessions', { body: 'email=a', headers: { 'content-type': contentType } }),
      415,
    );
  });
}

for (const [method, path, allowed] of [
  ['DELETE', '/api/v1/users', ['POST']],
  ['GET', '/api/v1/sessions', ['POST']],
  ['POST', '/api/v1/users/me', ['GET']],
  ['PUT', '/api/v1/products', ['GET', 'POST']],
  ['DELETE', `/api/v1/products/${unknownId}`, ['GET', 'PATCH']],
  ['PUT', '/api/v1/orders', ['GET', 'POST']],
  ['DELETE', `/api/v1/orders/${unknownId}`, ['GET']],
  ['GET', `/api/v1/orders/${unknownId}/cancel`, ['POST']],
] as const) {
  test(`${method} ${path} is not allowed; Allow says what is`, async ({ api }) => {
    const reply = await api.call(method, path);
    expectProblem(reply, 405);
    const allow = (reply.headers.get('allow') ?? '').split(/, */);
    expect(allow).toEqual(expect.arrayContaining([...allowed]));
    expect(allow).not.toContain(method);
  });
}

for (const path of [
  '/',
  '/api',
  '/api/v1',
  '/api/v1/nothing',
  '/api/v1/products/',
  `/api/v1/orders/${unknownId}/nothing`,
]) {
  test(`${path} is not found`, async ({ api }) => {
    expectProblem(await api.get(path), 404);
  });
}

test('a URL that cannot be decoded is a bad request', async ({ api }) => {
  for (const path of ['/api/v1/products/%zz', '/api/v1/products/%ff', '/%']) expectProblem(await api.get(path), 400);
});

test('internal routes are not there, whatever token comes along', async ({ api, adminToken }) => {
  for (const token of [undefined, adminToken]) {
    for (const path of [
      '/internal/v1/reservations',
      `/internal/v1/reservations/${unknownId}`,
      '/api/v1/../../internal/v1/reservations',
      '/api/v1/%2e%2e/%2e%2e/internal/v1/reservations',
      '/API/v1/reservations',
    ]) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const reply = await api.call(method, path, token === undefined ? {} : { token });
        expectProblem(reply, 404);
      }
    }
  }
});
