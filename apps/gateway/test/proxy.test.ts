import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { assertProblem, rawRequest } from '@slipway/testing/http';
import { checkRoutes } from '../src/proxy/upstream-urls.ts';
import { startGateway, userKey } from './start-gateway.ts';

let gateway: Awaited<ReturnType<typeof startGateway>>;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) {
    upstream.answer(gateway.echo);
    upstream.requests.length = 0;
  }
});

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const raw = async (text: string) => statusOf(await rawRequest(gateway.port, text.replaceAll('\n', '\r\n')));
const reached = () =>
  Object.values(gateway.upstreams).flatMap(({ requests }) =>
    requests.filter(({ url }) => url !== '/.well-known/jwks.json'),
  );

test('each route goes to its service, and what needs a token is 401 without one', async () => {
  const token = await gateway.issuer.token();
  const routes = [
    ['POST', '/api/v1/users', 'user', false],
    ['POST', '/api/v1/sessions', 'user', false],
    ['GET', '/api/v1/users/me', 'user', true],
    ['GET', '/api/v1/products?q=a%20b&limit=3', 'product', false],
    ['GET', `/api/v1/products/${id}`, 'product', false],
    ['POST', '/api/v1/products', 'product', true],
    ['PATCH', `/api/v1/products/${id}`, 'product', true],
    ['POST', '/api/v1/orders', 'order', true],
    ['GET', '/api/v1/orders', 'order', true],
    ['GET', `/api/v1/orders/${id}`, 'order', true],
    ['POST', `/api/v1/orders/${id}/cancel`, 'order', true],
  ] as const;
  for (const [method, path, upstream, needsToken] of routes) {
    if (needsToken) {
      const refused = await gateway.api.call(method, path);
      assertProblem(refused, 401, 'unauthorized');
      assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer/);
      assertProblem(await gateway.api.call(method, path, { token: 'nonsense' }), 401, 'unauthorized');
      assert.equal(reached().length, 0);
    }
    const body = method === 'GET' ? undefined : { a: 'é' };
    const answer = await gateway.api.call(method, path, {
      ...(needsToken ? { token } : {}),
      ...(body === undefined ? {} : { body }),
    });
    assert.deepEqual(
      [answer.status, answer.body],
      [200, { method, url: path, body: body === undefined ? '' : JSON.stringify(body) }],
    );
    assert.equal(
      gateway.upstreams[upstream].requests.at(-1)?.headers.authorization,
      needsToken ? `Bearer ${token}` : undefined,
    );
    reached();
    gateway.upstreams[upstream].requests.length = 0;
  }
});

test('what is not declared is 404, internal routes with whatever token, and another method 405', async () => {
  const token = await gateway.issuer.token({ role: 'admin' });
  const paths = [
    '/internal/v1/reservations',
    `/internal/v1/reservations/${id}`,
    '/internal',
    '/api/v1',
    '/api/v1/users/x',
    '/api/v1/products/',
    `/api/v1/products/${id}/x`,
    '/metrics',
    '/healthz/live',
    '/healthz/ready',
    '/api/v2/products',
    '//api/v1/products',
    '/API/v1/products',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      const headers = { 'x-service-key': userKey };
      assertProblem(await gateway.api.call(method, path, { token, headers }), 404, 'not-found');
    }
  }
  const answer = await gateway.api.call('DELETE', '/api/v1/products');
  assertProblem(answer, 405, 'method-not-allowed');
  assert.equal(answer.headers.get('allow'), 'GET, HEAD, POST');
  assertProblem(await gateway.api.call('OPTIONS', '/api/v1/orders'), 405, 'method-not-allowed');
  assert.equal(await raw('CONNECT /api/v1/orders HTTP/1.1\nHost: x\n\n'), 405);
  assert.equal(await raw('CONNECT other:443 HTTP/1.1\nHost: x\n\n'), 400);
  assert.equal(reached().length, 0);
});

test('the client decides nothing but what it may: headers are an allow-list', async () => {
  const headers = {
    'x-service-key': 'x'.repeat(32),
    'x-client-address': '9.9.9.9',
    'x-forwarded-for': '9.9.9.9',
    forwarded: 'for=9.9.9.9',
    'x-request-timeout-ms': '1',
    'x-user-id': id,
    cookie: 'a=b',
    'x-http-method-override': 'DELETE',
    'proxy-authorization': 'x',
    accept: 'application/json',
    'content-encoding': 'gzip',
    'user-agent': 'test',
  };
  await gateway.api.call('POST', '/api/v1/sessions', { body: {}, headers });
  const received = gateway.upstreams.user.requests[0];
  assert.ok(received);
  const { 'x-request-id': requestId, traceparent, 'x-request-timeout-ms': timeout, ...rest } = received.headers;
  assert.match(requestId as string, /^[0-9a-f-]{36}$/);
  assert.match(traceparent as string, /^00-/);
  assert.ok(Number(timeout) > 1000);
  const expected = {
    host: rest.host,
    connection: 'keep-alive',
    'content-length': '2',
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    accept: 'application/json',
    'accept-language': '*',
    'user-agent': 'test',
    'x-client-address': '127.0.0.1',
    'x-service-key': userKey,
  };
  assert.deepEqual(rest, expected);

  await gateway.api.call('GET', '/api/v1/products', { headers: { ...headers, authorization: 'Bearer x' } });
  assert.equal(gateway.upstreams.product.requests[0]?.headers['x-client-address'], undefined);
  assert.equal(gateway.upstreams.product.requests[0]?.headers.authorization, undefined);

  // Both compute a hash: the user service takes clients by turns.
  await gateway.api.call('POST', '/api/v1/users', { headers, body: '{}' });
  assert.equal(gateway.upstreams.user.requests.at(-1)?.headers['x-client-address'], '127.0.0.1');
});

test('only named headers of an answer come back, with ours', async () => {
  gateway.upstreams.product.answer((_request, response) => {
    response.writeHead(201, {
      'content-type': 'application/json',
      location: '/x',
      server: 'secret',
      'x-powered-by': 'secret',
      'set-cookie': 'a=b',
      connection: 'x-hop',
      'x-hop': '1',
      'retry-after': '1',
    });
    response.end('{}');
  });
  const { status, headers } = await gateway.api.call('GET', '/api/v1/products', {
    headers: { 'x-request-id': 'mine' },
  });
  assert.equal(status, 201);
  assert.equal(headers.get('location'), '/x');
  assert.equal(headers.get('x-request-id'), 'mine');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  for (const name of ['server', 'x-powered-by', 'set-cookie', 'x-hop']) assert.equal(headers.get(name), null, name);
});

test('an answer that a service compresses unasked says so to the client', async () => {
  gateway.upstreams.product.answer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync('{"a":1}'));
  });
  const { body, headers } = await gateway.api.call('GET', '/api/v1/products');
  assert.equal(headers.get('content-encoding'), 'gzip');
  assert.deepEqual(body, { a: 1 });
});

test('HEAD has the headers of GET and no body', async () => {
  const answer = await gateway.api.call('HEAD', '/api/v1/products');
  assert.deepEqual([answer.status, answer.text], [200, '']);
  assert.equal(gateway.upstreams.product.requests[0]?.method, 'HEAD');
});

test('targets that two readers could read differently are refused', async () => {
  const paths = [
    `/api/v1/products/..%2f..%2finternal`,
    '/api/v1/products/%2e%2e',
    '/api/v1/%2E%2E/internal',
    '/api/v1/products%2Fx',
    '/api/v1/products%5cx',
    '/api/v1/products/%zz',
    '/api/v1/products/%ff',
    '/api/v1/../../internal/v1/reservations',
    '/api/v1/./products',
    '/api/v1/products/..',
    '/api\\v1\\products',
    '/api/v1/products?q=%zz',
    '/api/v1/products/%00',
  ];
  for (const path of paths) assert.equal(await raw(`GET ${path} HTTP/1.1\nHost: x\nConnection: close\n\n`), 400, path);
  assert.equal(await raw('GET http://other/api/v1/products HTTP/1.1\nHost: x\nConnection: close\n\n'), 400);
  assert.equal(await raw('OPTIONS * HTTP/1.1\nHost: x\nConnection: close\n\n'), 400);
  assert.equal(reached().length, 0);
});

test('ambiguous framing and doubled headers are refused', async () => {
  const token = await gateway.issuer.token();
  const auth = `Authorization: Bearer ${token}`;
  const requests = [
    'POST /api/v1/sessions HTTP/1.1\nHost: x\nContent-Length: 2\nContent-Length: 2\nContent-Type: application/json\nConnection: close\n\n{}',
    'POST /api/v1/sessions HTTP/1.1\nHost: x\nContent-Length: 2\nContent-Length: 3\nContent-Type: application/json\nConnection: close\n\n{}',
    'POST /api/v1/sessions HTTP/1.1\nHost: x\nContent-Length: 2\nTransfer-Encoding: chunked\nContent-Type: application/json\nConnection: close\n\n2\n{}\n0\n\n',
    'POST /api/v1/sessions HTTP/1.1\nHost: x\nTransfer-Encoding: chunked, identity\nContent-Type: application/json\nConnection: close\n\n2\n{}\n0\n\n',
    'POST /api/v1/sessions HTTP/1.1\nHost: x\nTransfer-Encoding: gzip, chunked\nContent-Type: application/json\nConnection: close\n\n2\n{}\n0\n\n',
    'POST /api/v1/sessions HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Type: text/plain\nContent-Length: 2\nConnection: close\n\n{}',
    `GET /api/v1/orders HTTP/1.1\nHost: x\n${auth}\nAuthorization: Bearer other\nConnection: close\n\n`,
    `GET /api/v1/orders HTTP/1.1\nHost: x\n${auth}\n${auth}\nConnection: close\n\n`,
    `POST /api/v1/orders HTTP/1.1\nHost: x\n${auth}\nIdempotency-Key: a\nIdempotency-Key: b\nContent-Length: 2\nConnection: close\n\n{}`,
    'GET /api/v1/products HTTP/1.1\nHost: x\nHost: y\nConnection: close\n\n',
    'GET /api/v1/products HTTP/1.1\nConnection: close\n\n',
    'GET /api/v1/products HTTP/2.0\nHost: x\nConnection: close\n\n',
    'GET /api/v1/products\n\n',
    'GET /healthz HTTP/1.1\nHost: x\nHost: y\nConnection: close\n\n',
    'GET /docs HTTP/1.1\nHost: x\nAuthorization: a\nAuthorization: b\nConnection: close\n\n',
    'GET /api/v1/products HTTP/1.1\nHost: x\nA b: c\nConnection: close\n\n',
  ];
  for (const request of requests) assert.equal(await raw(request), 400, request);
  assert.equal(reached().length, 0);
});

test('Expect, Upgrade and hop-by-hop headers never become a 5xx', async () => {
  const get = (headers: string) => raw(`GET /api/v1/products HTTP/1.1\nHost: x\n${headers}\n\n`);
  assert.equal(await get('Connection: close, x-request-id, authorization\nX-Request-Id: hop'), 200);
  assert.equal(
    await get('Connection: Upgrade, close\nUpgrade: websocket\nSec-WebSocket-Key: x\nSec-WebSocket-Version: 13'),
    200,
  );
  assert.equal(
    await get('Connection: Upgrade, HTTP2-Settings, close\nUpgrade: h2c\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'),
    200,
  );
  assert.equal(
    await get('TE: trailers\nTrailer: x\nKeep-Alive: timeout=1\nProxy-Connection: close\nConnection: close'),
    200,
  );
  assert.equal(await get('Expect: nonsense\nConnection: close'), 200);
  const continued = await rawRequest(
    gateway.port,
    'POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
  );
  assert.match(continued, /HTTP\/1\.1 200/);
  assert.equal(
    await raw(
      'POST /api/v1/sessions HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nTrailer: x\nContent-Type: application/json\nConnection: close\n\n2\n{}\n0\nX: y\n\n',
    ),
    200,
  );
});

test('65,536 bytes go through, one more is 413, chunked too', async () => {
  const post = (body: string) => gateway.api.call('POST', '/api/v1/users', { body });
  assert.equal((await post('x'.repeat(65_536))).body.body.length, 65_536);
  assertProblem(await post('x'.repeat(65_537)), 413, 'payload-too-large');
  const chunked = `10001\n${'x'.repeat(65_537)}\n0\n\n`;
  assert.equal(
    await raw(
      `POST /api/v1/users HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nContent-Type: application/json\nConnection: close\n\n${chunked}`,
    ),
    413,
  );
  assert.equal(reached().length, 1);
});

test("an upstream's own words never reach a client, its problems do", async () => {
  gateway.upstreams.product.answer(
    (_request, response) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<pre>stack trace</pre>'),
  );
  assertProblem(await gateway.api.call('GET', '/api/v1/products'), 503, 'upstream-unavailable');
  gateway.upstreams.product.answer((_request, response) => void response.writeHead(431).end());
  assertProblem(await gateway.api.call('GET', '/api/v1/products'), 400, 'bad-request');
  gateway.upstreams.product.answer((request, response) => {
    const body = {
      type: 't',
      title: 't',
      status: 409,
      code: 'sku-taken',
      detail: 'd',
      requestId: request.headers['x-request-id'],
    };
    response.writeHead(409, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
  });
  assertProblem(await gateway.api.call('GET', '/api/v1/products'), 409, 'sku-taken');
});

test('large answers are streamed whole', async () => {
  const big = JSON.stringify({ text: 'é'.repeat(3_000_000) });
  gateway.upstreams.product.answer(
    (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(big),
  );
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).text, big);
});

test('health says ok and nothing more; draining says unavailable and closes connections', async () => {
  const { body, status } = await gateway.api.call('GET', '/healthz');
  assert.deepEqual([status, body], [200, { status: 'ok' }]);
  const other = await startGateway();
  other.readiness.drain();
  const answer = await other.api.call('GET', '/healthz');
  assert.deepEqual([answer.status, answer.body], [503, { status: 'unavailable' }]);
  const proxied = await other.api.call('GET', '/api/v1/products');
  assert.deepEqual([proxied.status, proxied.headers.get('connection')], [200, 'close']);
  await other.stop();
});

test('metrics carry the template, not the path', async () => {
  await gateway.api.call('GET', `/api/v1/products/${id}`);
  await gateway.api.call('GET', '/api/v1/nothing-like-that');
  const text = await gateway.metrics.registry.metrics();
  assert.match(text, /http_route="\/api\/v1\/products\/:id",http_response_status_code="200"/);
  assert.doesNotMatch(text, new RegExp(`${id}|nothing-like-that`));
});

test('a route to a service without an address is found at the start, with the key that is missing', () => {
  const routes = [{ template: '/api/v1/alerts', upstream: 'stock-alert' }];
  checkRoutes(routes, { 'stock-alert': 'http://stock-alert' });
  assert.throws(() => checkRoutes(routes, { user: 'http://user' }), /\/api\/v1\/alerts .*add STOCK_ALERT_URL: service/);
});
