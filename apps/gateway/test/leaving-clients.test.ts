import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRaw, get } from './raw-client.ts';
import { startRawUpstream } from './raw-upstream.ts';
import { until } from './until.ts';
import { startGateway } from './start-gateway.ts';

async function setUp(t: TestContext, environment: Record<string, string> = {}) {
  const gateway = await startGateway(environment);
  t.after(() => gateway.stop());
  const held: ServerResponse[] = [];
  gateway.upstreams.product.answer((_request, response) => void held.push(response));
  const { requests } = gateway.upstreams.product;
  return { gateway, held, requests };
}

test('whoever leaves while waiting is never asked for', async (t) => {
  const { gateway, held, requests } = await setUp(t, { SERVICE_CONNECTIONS: '1' });
  const first = await openRaw(t, gateway.port, get('/api/v1/products/first'));
  await until(() => held.length === 1);
  const waiting = await Promise.all([1, 2, 3].map((n) => openRaw(t, gateway.port, get(`/api/v1/products/${n}`))));
  const last = gateway.api.call('GET', '/api/v1/products/last');
  await sleep(100);
  for (const socket of waiting) socket.destroy();
  await sleep(50);
  held[0]?.end('{}');
  await until(() => held.length === 2);
  held[1]?.end('{}');
  assert.equal((await last).status, 200);
  assert.deepEqual(
    requests.map(({ url }) => url.split('/').at(-1)),
    ['first', 'last'],
  );
  first.destroy();
});

test('of those who leave while they are served some are cut off, as many as are allowed, and the others end unheard', async (t) => {
  const { gateway, held } = await setUp(t, { SERVICE_ABORTS_PER_SECOND: '3' });
  const sockets = await Promise.all(
    Array.from({ length: 20 }, () => openRaw(t, gateway.port, get('/api/v1/products'))),
  );
  await until(() => held.length === 20);
  let cutOff = 0;
  for (const response of held) response.once('close', () => (cutOff += response.writableFinished ? 0 : 1));
  for (const socket of sockets) socket.destroy();
  await sleep(300);
  assert.ok(cutOff >= 3 && cutOff <= 5, `${cutOff}`);
  for (const response of held) response.end('{}');
  await until(() => held.every((response) => response.closed));
  gateway.upstreams.product.answer(gateway.echo);
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
});

test('the rest of a long answer that nobody waits for is not read', async (t) => {
  const { gateway, held } = await setUp(t, { SERVICE_ABORTS_PER_SECOND: '0' });
  const socket = await openRaw(t, gateway.port, get('/api/v1/products'));
  await until(() => held.length === 1);
  socket.destroy();
  const [response] = held;
  response?.writeHead(200, { 'content-length': 1_000_000_000 });
  let written = 0;
  const write = () => {
    written += 65_536;
    response?.write('x'.repeat(65_536), write);
  };
  write();
  await until(() => response?.closed === true);
  // What the kernel takes in included.
  assert.ok(written < 50_000_000, `${written}`);
});

test('a write whose client has left runs to its end', async (t) => {
  const { gateway } = await setUp(t);
  const token = await gateway.issuer.token();
  const { order } = gateway.upstreams;
  const held: ServerResponse[] = [];
  order.answer((_request, response) => void held.push(response));
  const headers = `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n`;
  const socket = await openRaw(t, gateway.port, get('/api/v1/orders', headers).replace('GET', 'POST') + '{}');
  await until(() => held.length === 1);
  const [response] = held;
  socket.destroy();
  await sleep(100);
  assert.equal(response?.closed, false);
  response?.end('{}');
  await once(response, 'close');
  assert.equal(response?.writableFinished, true);
  // It was answered, so nothing is taken back.
  assert.deepEqual(
    order.requests.map(({ method }) => method),
    ['POST'],
  );
});

test('a sign-in whose client has left is cut off: nobody waits for its hash', async (t) => {
  const { gateway } = await setUp(t);
  const { user } = gateway.upstreams;
  const held: ServerResponse[] = [];
  user.answer((_request, response) => void held.push(response));
  const headers = 'Content-Type: application/json\r\nContent-Length: 2\r\n';
  for (const path of ['/api/v1/sessions', '/api/v1/users']) {
    held.length = 0;
    const socket = await openRaw(t, gateway.port, get(path, headers).replace('GET', 'POST') + '{}');
    await until(() => held.length === 1);
    socket.destroy();
    await until(() => held[0]?.closed === true);
    assert.equal(held[0]?.writableFinished, false);
  }
});

test('a client that leaves while its connection is being made costs nobody anything', async (t) => {
  // Takes connections and never says a word.
  const mute = await startRawUpstream(t, () => {});
  const { gateway } = await setUp(t, { ORDER_URL: mute.url });
  const token = await gateway.issuer.token();
  const headers = `Authorization: Bearer ${token}\r\n`;
  for (let n = 0; n < 20; n++) {
    const socket = await openRaw(t, gateway.port, get('/api/v1/orders', headers));
    socket.destroy();
  }
  gateway.upstreams.product.answer(gateway.echo);
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
});

test('a crowd of ordinary clients that gives up leaves nothing behind and few connections are made anew', async (t) => {
  const upstream = await startRawUpstream(t, () => {});
  const gateway = await startGateway({
    PRODUCT_URL: upstream.url,
    SERVICE_ABORTS_PER_SECOND: '8',
    SERVICE_CONNECTIONS: '32',
  });
  t.after(() => gateway.stop());
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const crowd = Array.from({ length: 400 }, () => {
    const call = request(`${gateway.url}/api/v1/products`, { agent }, (response) => response.resume());
    call.on('error', () => {});
    call.end();
    return call;
  });
  await until(() => upstream.open() === 32);
  await sleep(300);
  for (const call of crowd) call.destroy();
  const gauges = [/gateway_held_bytes 0\n/, /http_server_active_requests\{http_request_method="GET"\} 0\n/];
  await until(async () => {
    const metrics = await gateway.metrics.registry.metrics();
    return gauges.every((gauge) => gauge.test(metrics));
  });
  const connections = upstream.connections();
  assert.ok(connections <= 32 + 8 + 4, `${connections} connections`);
});
