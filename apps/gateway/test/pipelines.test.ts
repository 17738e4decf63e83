import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { get, openRaw, readAll, statusesOf } from './raw-client.ts';
import { startGateway } from './start-gateway.ts';
import { until } from './until.ts';

async function setUp(t: TestContext, environment: Record<string, string> = {}) {
  const gateway = await startGateway(environment);
  t.after(() => gateway.stop());
  return { gateway, product: gateway.upstreams.product };
}

const last = 'Connection: close\r\n';
const post = (body: string, headers = '') =>
  `POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;

test('requests of one connection are served one after the other, reads and writes, in their order', async (t) => {
  const { gateway, product } = await setUp(t);
  const { user } = gateway.upstreams;
  let atOnce = 0;
  let most = 0;
  for (const upstream of [product, user]) {
    upstream.answer(async ({ url, body }, response) => {
      most = Math.max(most, ++atOnce);
      await sleep(10);
      atOnce -= 1;
      response.end(JSON.stringify([url, body]));
    });
  }
  const requests = Array.from({ length: 10 }, (_, n) => (n % 2 ? post(`{"n":${n}}`) : get(`/api/v1/products/${n}`)));
  const socket = await openRaw(t, gateway.port, requests.join('') + get('/healthz', last));
  const text = await readAll(socket);
  assert.deepEqual(statusesOf(text), Array(11).fill(200));
  const numbers = [...text.matchAll(/products\/(\d)|\\"n\\":(\d)/g)].map(([, a, b]) => Number(a ?? b));
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(most, 1);
});

test('one request beyond the bound ends the connection: what has begun is answered, the next is refused', async (t) => {
  const { gateway, product } = await setUp(t, { CLIENT_PIPELINE: '4' });
  const requests = Array.from({ length: 100 }, (_, n) => get('/api/v1/products', `X-Request-Id: r${n}\r\n`));
  const socket = await openRaw(t, gateway.port, requests.join(''));
  const text = await readAll(socket);
  assert.deepEqual(statusesOf(text), [200, 503]);
  assert.match(text, /"code":"overloaded"[^}]*"requestId":"r1"/);
  assert.match(text, /retry-after: 1\r\n/i);
  assert.match(text, /connection: close\r\n/i);
  assert.equal(product.requests.length, 1);
  const metrics = await gateway.metrics.registry.metrics();
  assert.match(metrics, /gateway_refused_requests_total\{reason="pipeline"\} 1\n/);
  assert.match(metrics, /http_server_active_requests\{http_request_method="GET"\} 0\n/);
});

test('what is no request takes nothing from the answers that are due before it', async (t) => {
  const { gateway, product } = await setUp(t);
  const { user } = gateway.upstreams;
  for (const rest of ['no request\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\nHalf']) {
    user.answer(async (_request, response) => {
      await sleep(50);
      response.writeHead(201).end('{"is":"made"}');
    });
    const socket = await openRaw(t, gateway.port, post('{}') + get('/api/v1/products') + rest);
    if (rest.endsWith('Half')) setTimeout(() => socket.write('\0'), 10);
    const text = await readAll(socket);
    // Before them, the 400 would be that of a request that was carried out.
    assert.deepEqual(statusesOf(text), [201, 200, 400], rest);
    assert.match(text, /"is":"made"/);
  }
  assert.equal(product.requests.length, 2);
});

test('nothing that follows a refusal is parsed, also of what was read with it', async (t) => {
  const { gateway } = await setUp(t, { CLIENT_PIPELINE: '4' });
  let parsed = 0;
  gateway.server.on('request', () => (parsed += 1));
  for (const rest of [get('/api/v1/products').repeat(1000), post('{}').repeat(500), 'nonsense']) {
    parsed = 0;
    const text = await readAll(await openRaw(t, gateway.port, get('/api/v1/products').repeat(5) + rest));
    assert.deepEqual([parsed, statusesOf(text)], [5, [200, 503]]);
  }
});

test('as many requests as the bound are all answered, in whatever pieces they come', async (t) => {
  const { gateway } = await setUp(t, { CLIENT_PIPELINE: '4' });
  const text = get('/api/v1/products').repeat(3) + get('/healthz', last);
  for (const size of [text.length, 50, 7]) {
    const socket = await openRaw(t, gateway.port);
    const reading = readAll(socket);
    for (let at = 0; at < text.length; at += size) {
      socket.write(text.slice(at, at + size));
      await sleep(1);
    }
    assert.deepEqual(statusesOf(await reading), [200, 200, 200, 200]);
  }
});

test('where the refusal cannot be said within a second the connection is closed', async (t) => {
  const { gateway, product } = await setUp(t, { CLIENT_PIPELINE: '4' });
  product.answer(() => {});
  const started = performance.now();
  const text = await readAll(await openRaw(t, gateway.port, get('/api/v1/products').repeat(100)));
  assert.equal(text, '');
  assert.ok(performance.now() - started < 5000);
  assert.equal(product.requests.length, 1);
});

test('pipelines that leave take their requests with them', async (t) => {
  const { gateway, product } = await setUp(t);
  product.answer(() => {});
  for (const path of ['/api/v1/products', '/healthz', '/docs', '/nothing']) {
    const sockets = await Promise.all(
      Array.from({ length: 8 }, () => openRaw(t, gateway.port, get('/api/v1/products') + get(path).repeat(1400))),
    );
    await sleep(50);
    for (const socket of sockets) socket.destroy();
  }
  await until(async () => /gateway_client_connections 0\n/.test(await gateway.metrics.registry.metrics()));
  // Those that the service had begun end a little later: it may be asked to end only so many at once.
  for (const rest of [/gateway_held_bytes 0\n/, /http_server_active_requests\{http_request_method="GET"\} 0\n/])
    await until(async () => rest.test(await gateway.metrics.registry.metrics()));
  product.answer(gateway.echo);
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
});

test('CONNECT behind a request that is not answered yet ends the connection, not the process', async (t) => {
  const { gateway, product } = await setUp(t);
  product.answer(() => {});
  const connect = 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n';
  for (const text of [
    get('/api/v1/products') + connect,
    get('/healthz') + connect + connect,
    connect + get('/healthz'),
  ])
    await readAll(await openRaw(t, gateway.port, text));
  assert.equal((await gateway.api.call('GET', '/healthz')).status, 200);
});

test('pipelines wait behind clients that ask one thing at a time, and get a part of the connections', async (t) => {
  const { gateway, product } = await setUp(t, { SERVICE_CONNECTIONS: '8', SERVICE_QUEUE: '8' });
  let piped = 0;
  let most = 0;
  product.answer(async ({ url }, response) => {
    const isPiped = url.includes('piped');
    if (isPiped) most = Math.max(most, ++piped);
    await sleep(20);
    if (isPiped) piped -= 1;
    response.end('{}');
  });
  const first = get('/api/v1/products?first');
  for (let n = 0; n < 12; n++) await openRaw(t, gateway.port, first + get('/api/v1/products?piped').repeat(20));
  await until(() => product.requests.some(({ url }) => url.includes('piped')));
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => gateway.api.call('GET', '/api/v1/products?single')),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(most, 1);
});
