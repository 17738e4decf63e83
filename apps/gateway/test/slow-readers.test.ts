import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientConnection } from '../src/clients/client-connection.ts';
import { get, openRaw, readAll } from './raw-client.ts';
import { startGateway } from './start-gateway.ts';
import { until } from './until.ts';

/** More than the kernel takes in for a client on this machine that does not read. */
const long = 8_000_000;

async function setUp(t: TestContext, environment: Record<string, string> = {}) {
  const gateway = await startGateway(environment);
  t.after(() => gateway.stop());
  const { product } = gateway.upstreams;
  product.answer(({ url }, response) => {
    const size = Number(/size=(\d+)/.exec(url)?.[1] ?? 2);
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': size }).end('x'.repeat(size));
  });
  const unread = (size: number) => openRaw(t, gateway.port, get(`/api/v1/products?size=${size}`));
  const count = async (name: string) => {
    const text = await gateway.metrics.registry.metrics();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  return { gateway, unread, count };
}

const closed = (reason: string) => `gateway_closed_connections_total\\{reason="${reason}"\\}`;

test('readers that do not read hold no connection to a service, as long as their answers fit', async (t) => {
  // The kernel holds what it can, so the answers are larger than that; the bounds here are wider than by default.
  const bounds = { SERVICE_CONNECTIONS: '2', CLIENT_HELD_BYTES: '12000000', HELD_BYTES: '100000000' };
  const environment = { ...bounds, UPSTREAM_TIMEOUT_MS: '60000', CLIENT_READ_TIMEOUT_MS: '60000' };
  const { gateway, unread, count } = await setUp(t, environment);
  for (let n = 1; n <= 6; n++) {
    await unread(long);
    await until(() => gateway.upstreams.product.requests.length === n);
  }
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
  assert.equal(await count(closed('slow-reader')), 0);
});

test('a reader that takes nothing is cut off in time, and the answer it had not read is forgotten', async (t) => {
  const { gateway, unread, count } = await setUp(t, { CLIENT_READ_TIMEOUT_MS: '500', SERVICE_CONNECTIONS: '1' });
  const socket = await unread(long);
  await until(async () => (await count(closed('slow-reader'))) === 1);
  await until(async () => (await count('gateway_held_bytes')) === 0);
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
  assert.ok((await readAll(socket)).length < long);
});

test('a reader that takes a byte now and then is cut off as well', async (t) => {
  const { unread, count } = await setUp(t, { CLIENT_READ_TIMEOUT_MS: '500' });
  const socket = await unread(long);
  const timer = setInterval(() => socket.read(1), 20);
  t.after(() => clearInterval(timer));
  await until(async () => (await count(closed('slow-reader'))) === 1);
});

test('a byte in time is not enough, 64 KiB are', () => {
  let taken = 0;
  const socket = Object.defineProperties(new Socket(), {
    writableLength: { value: 1_000_000 },
    bytesWritten: { get: () => 1_000_000 + taken },
  });
  const connection = new ClientConnection(socket, { serve() {}, changed() {}, costly() {} });
  const slowAfter = (bytes: number, ms: number) => {
    taken += bytes;
    now += ms;
    return connection.readsTooSlowly(now, 500);
  };
  let now = 1000;
  assert.deepEqual([slowAfter(1, 300), slowAfter(1, 300), slowAfter(1, 300)], [false, false, true]);
  assert.deepEqual([slowAfter(65_536, 300), slowAfter(65_536, 300), slowAfter(65_536, 300)], [false, false, false]);
});

test('a reader that takes its time gets everything', async (t) => {
  const { gateway } = await setUp(t, { CLIENT_READ_TIMEOUT_MS: '20000', UPSTREAM_TIMEOUT_MS: '60000' });
  const size = 8_000_000;
  const socket = await openRaw(t, gateway.port, get(`/api/v1/products?size=${size}`, 'Connection: close\r\n'));
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    length += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 10);
  });
  socket.resume();
  await until(() => socket.closed);
  assert.ok(length > size, `${length}`);
});

test('when memory is needed the slowest readers pay, and quick ones notice nothing', async (t) => {
  const environment = { HELD_BYTES: '4000000', UPSTREAM_TIMEOUT_MS: '60000', CLIENT_READ_TIMEOUT_MS: '60000' };
  const { gateway, unread, count } = await setUp(t, environment);
  const slow = await Promise.all(Array.from({ length: 12 }, () => unread(long)));
  await until(async () => (await count(closed('memory'))) >= 6);
  assert.ok((await count('gateway_held_bytes')) <= 4_000_000);
  for (let n = 0; n < 20; n++) {
    const { status, text } = await gateway.api.call('GET', '/api/v1/products?size=900000');
    assert.deepEqual([status, text.length], [200, 900_000]);
  }
  for (const socket of slow) socket.destroy();
  await until(async () => (await count('gateway_held_bytes')) === 0);
});

test('a slow reader of a pipeline is served one answer at a time', async (t) => {
  const { gateway, count } = await setUp(t);
  await openRaw(t, gateway.port, get('/api/v1/products?size=900000').repeat(30));
  await until(async () => (await count('gateway_held_bytes')) > 100_000);
  await sleep(500);
  // The kernel holds some of the answers, the gateway one at most.
  assert.ok((await count('gateway_held_bytes')) < 1_500_000);
  assert.ok(gateway.upstreams.product.requests.length < 30);
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
});

test('pages of the gateway itself are held to the same', async (t) => {
  const { gateway, count } = await setUp(t, { CLIENT_READ_TIMEOUT_MS: '500', CLIENT_PIPELINE: '10000' });
  await openRaw(t, gateway.port, get('/docs').repeat(5000));
  await until(async () => (await count(closed('slow-reader'))) === 1);
  assert.equal((await gateway.api.call('GET', '/healthz')).status, 200);
});
