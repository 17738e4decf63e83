import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { get, openRaw, readAll, statusesOf } from './raw-client.ts';
import { startGatewayProcess } from './start-gateway-process.ts';
import { startGateway } from './start-gateway.ts';
import { until } from './until.ts';

async function setUp(t: TestContext, environment: Record<string, string> = {}) {
  const gateway = await startGateway(environment);
  t.after(() => gateway.stop());
  const count = async (name: string) => {
    const text = await gateway.metrics.registry.metrics();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  return { gateway, count };
}

const timeouts = { CLIENT_HEADERS_TIMEOUT_MS: '500', CLIENT_REQUEST_TIMEOUT_MS: '800' };
const post = (headers: string) =>
  `POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}\r\n`;

test('connections on which no whole request comes are closed in time, at whatever point they stop', async (t) => {
  const { gateway, count } = await setUp(t, timeouts);
  const beginnings = [
    '',
    'G',
    'GET /api/v1/products HTTP/1.1\r\n',
    'GET /api/v1/products HTTP/1.1\r\nHost: x\r\nX: y',
    get('/api/v1/products') + 'GET /api/v1/pro',
    post('Content-Length: 10\r\n'),
    post('Content-Length: 10\r\n') + '{"a"',
    post('Transfer-Encoding: chunked\r\n'),
    post('Transfer-Encoding: chunked\r\n') + '1\r\nx\r\n',
  ];
  const sockets = await Promise.all(beginnings.map((text) => openRaw(t, gateway.port, text)));
  await Promise.all(sockets.map(readAll));
  await until(async () => (await count('gateway_client_connections')) === 0);
  assert.equal(gateway.upstreams.user.requests.filter(({ method }) => method === 'POST').length, 0);
});

test('the head of a request has less time than its body', async (t) => {
  const { gateway } = await setUp(t, { ...timeouts, CLIENT_REQUEST_TIMEOUT_MS: '600000' });
  for (const text of ['G', 'GET /api/v1/products HTTP/1.1\r\nHost: x\r\nX: y'])
    await readAll(await openRaw(t, gateway.port, text));
});

test('bytes that drip do not lengthen the time', async (t) => {
  const { gateway } = await setUp(t, timeouts);
  for (const beginning of ['GET /api/v1/products HTTP/1.1\r\nX: ', post('Content-Length: 60000\r\n')]) {
    const socket = await openRaw(t, gateway.port, beginning);
    const timer = setInterval(() => socket.write('x'), 30);
    await readAll(socket);
    clearInterval(timer);
  }
});

test('a slow body arrives whole', async (t) => {
  const { gateway } = await setUp(t);
  const socket = await openRaw(t, gateway.port, post('Transfer-Encoding: chunked\r\nConnection: close\r\n'));
  const pieces = ['2\r\n{"', '\r\n3\r\na', '":', '\r\n1\r', '\n1\r\n1\r\n}', '\r\n0\r\n\r\n'];
  for (const piece of pieces) {
    await new Promise<void>((resolve) => socket.write(piece, () => setTimeout(resolve, 20)));
  }
  assert.match(await readAll(socket), /HTTP\/1\.1 200/);
  assert.equal(gateway.upstreams.user.requests.at(-1)?.body, '{"a":1}');
});

test('a body of many small pieces costs its bytes, and of too many it is refused', async (t) => {
  const { gateway, count } = await setUp(t, { CLIENT_REQUEST_TIMEOUT_MS: '60000' });
  const pieces = '1\r\nx\r\n'.repeat(2000);
  const sockets = await Promise.all(
    Array.from({ length: 20 }, () => openRaw(t, gateway.port, post('Transfer-Encoding: chunked\r\n') + pieces)),
  );
  await until(async () => (await count('gateway_held_bytes')) > 20 * 6000);
  assert.ok((await count('gateway_held_bytes')) < 20 * 16_384);
  for (const socket of sockets) socket.destroy();
  await until(async () => (await count('gateway_held_bytes')) === 0);
  const many = await openRaw(t, gateway.port, post('Transfer-Encoding: chunked\r\n') + '1\r\nx\r\n'.repeat(20_000));
  const text = await readAll(many);
  assert.deepEqual(statusesOf(text), [400]);
  assert.match(text, /^connection: close\r$/im);
});

test('whoever comes after a crowd of costly requests does not wait until all of them are read', async (t) => {
  const gateway = await startGatewayProcess(t, (_request, response) => void response.end('{}'), 'info');
  const costly = post('Transfer-Encoding: chunked\r\n') + '1\r\nx\r\n'.repeat(10_000);
  gateway.stop();
  const crowd = await Promise.all(Array.from({ length: 60 }, () => openRaw(t, gateway.port, costly)));
  for (const socket of crowd) socket.resume();
  const socket = await openRaw(t, gateway.port, get('/api/v1/products', 'Connection: close\r\n'));
  gateway.resume();
  assert.deepEqual(statusesOf(await readAll(socket)), [200]);
  // In the order of the gateway, as this process may be later than it.
  const finished = () => gateway.lines.filter((line) => line.includes('"request finished"'));
  await until(() => finished().length === 61);
  const before = finished().findIndex((line) => line.includes('"status":200'));
  assert.ok(before < 60, 'all of them were read before');
});

test('when memory is needed the longest uploads are refused, with an answer', async (t) => {
  const { gateway, count } = await setUp(t, { HELD_BYTES: '1048576' });
  const upload = post('Content-Length: 65536\r\n') + 'x'.repeat(60_000);
  const sockets = await Promise.all(Array.from({ length: 40 }, () => openRaw(t, gateway.port, upload)));
  await until(async () => (await count('gateway_refused_requests_total\\{reason="memory"\\}')) >= 20);
  assert.ok((await count('gateway_held_bytes')) <= 1_048_576);
  const answers: string[] = [];
  for (const socket of sockets) socket.once('data', (data) => answers.push(data.toString())).resume();
  await until(() => answers.length >= 5);
  for (const text of answers) {
    assert.deepEqual(statusesOf(text), [503]);
    assert.match(text, /retry-after: 1\r\n/i);
    assert.match(text, /"code":"overloaded"/);
  }
  assert.equal((await gateway.api.call('POST', '/api/v1/users', { body: {} })).status, 200);
});

test('the connection that has been idle longest makes room for a new one', async (t) => {
  const { gateway, count } = await setUp(t, { CLIENT_CONNECTIONS: '100' });
  const first = await openRaw(t, gateway.port);
  const others = await Promise.all(Array.from({ length: 99 }, () => openRaw(t, gateway.port, 'G')));
  await until(async () => (await count('gateway_client_connections')) === 100);
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
  await readAll(first);
  assert.ok((await count('gateway_client_connections')) <= 100);
  assert.ok((await count('gateway_closed_connections_total\\{reason="too-many-connections"\\}')) > 0);
  for (const socket of others) socket.destroy();
});

test('while all connections are busy a new one is closed, and none of the busy ones', async (t) => {
  const { gateway, count } = await setUp(t, { CLIENT_CONNECTIONS: '3' });
  gateway.upstreams.product.answer(() => {});
  const busy = await Promise.all([1, 2, 3].map(() => openRaw(t, gateway.port, get('/api/v1/products'))));
  await until(() => gateway.upstreams.product.requests.length === 3);
  await assert.rejects(gateway.api.call('GET', '/api/v1/products'));
  assert.ok(busy.every((socket) => !socket.closed));
  busy[0]?.destroy();
  await until(async () => (await count('gateway_client_connections')) === 2);
  assertProblem(await gateway.api.call('GET', '/api/v1/orders'), 401, 'unauthorized');
});
