import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { startGateway } from './start-gateway.ts';

async function setUp(t: TestContext, environment: Record<string, string> = {}) {
  const gateway = await startGateway(environment);
  t.after(() => gateway.stop());
  return gateway;
}

const document = (path: string) => ({
  openapi: '3.1.0',
  paths: { [path]: { get: { summary: path }, delete: { summary: 'not declared' } }, '/internal/x': { get: {} } },
});

test('the documents of the services are merged and cut down to what is let through', async (t) => {
  const gateway = await setUp(t);
  gateway.upstreams.user.answer(
    (_request, response) => void response.end(JSON.stringify(document('/api/v1/users/me'))),
  );
  gateway.upstreams.product.answer(
    (_request, response) => void response.end(JSON.stringify(document('/api/v1/products/{id}'))),
  );
  gateway.upstreams.order.answer((_request, response) => void response.end(JSON.stringify(document('/api/v1/orders'))));
  const { status, body } = await gateway.api.call('GET', '/openapi.json');
  assert.equal(status, 200);
  assert.equal(body.openapi, '3.1.0');
  assert.deepEqual(body.paths['/api/v1/products/{id}'], { get: { summary: '/api/v1/products/{id}' } });
  assert.deepEqual(body.paths['/api/v1/users/me'], { get: { summary: '/api/v1/users/me' } });
  assert.equal(body.paths['/internal/x'], undefined);

  gateway.upstreams.order.answer((_request, response) => void response.writeHead(503).end());
  assert.deepEqual((await gateway.api.call('GET', '/openapi.json')).body, body);
});

test('without a service there is no document yet, and it says so', async (t) => {
  const gateway = await setUp(t);
  gateway.upstreams.order.answer((_request, response) => void response.writeHead(500).end('secret'));
  assertProblem(await gateway.api.call('GET', '/openapi.json'), 503, 'upstream-unavailable');
  gateway.upstreams.order.answer((_request, response) => void response.destroy());
  assertProblem(await gateway.api.call('GET', '/openapi.json'), 503, 'upstream-unavailable');
});

test('the page and all that it loads come from the gateway, and nothing inline may run', async (t) => {
  const gateway = await setUp(t);
  const { status, headers, text } = await gateway.api.call('GET', '/docs');
  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /^text\/html/);
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  assert.ok(loaded.some((path) => path.endsWith('.js')) && loaded.some((path) => path.endsWith('.css')));
  for (const path of loaded) assert.equal((await gateway.api.call('GET', path)).status, 200, path);
  const initializer = loaded.find((path) => path.endsWith('initializer.js'))!;
  assert.match((await gateway.api.call('GET', initializer)).text, /\/openapi\.json/);
});

test('API_DOCS=off takes the page away, not the document', async (t) => {
  const gateway = await setUp(t, { API_DOCS: 'off' });
  assertProblem(await gateway.api.call('GET', '/docs'), 404, 'not-found');
  for (const upstream of Object.values(gateway.upstreams)) {
    upstream.answer((_request, response) => void response.end(JSON.stringify(document('/api/v1/orders'))));
  }
  assert.equal((await gateway.api.call('GET', '/openapi.json')).status, 200);
});

test('the root leads a browser to the page, and is no route to anybody else', async (t) => {
  const { api, url } = await setUp(t);
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const led = await fetch(url, { headers: { accept: browser }, redirect: 'manual' });
  assert.deepEqual([led.status, led.headers.get('location'), led.headers.get('vary')], [302, '/docs', 'accept']);
  assert.ok(led.headers.get('x-request-id'));
  for (const accept of ['*/*', 'application/json', 'text/html;q=0', 'text/htmlx', ''])
    assertProblem(await api.call('GET', '/', { headers: { accept } }), 404, 'not-found');
  for (const method of ['POST', 'DELETE', 'OPTIONS'])
    assertProblem(await api.call(method, '/', { headers: { accept: browser } }), 404, 'not-found');
  const without = await setUp(t, { API_DOCS: 'off' });
  assertProblem(await without.api.call('GET', '/', { headers: { accept: browser } }), 404, 'not-found');
});
