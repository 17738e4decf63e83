import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem } from '@slipway/testing/http';
import { get, openRaw, readAll } from './raw-client.ts';
import { answer, startRawUpstream } from './raw-upstream.ts';
import { startGateway } from './start-gateway.ts';
import { until } from './until.ts';
import { ServiceConnections } from '../src/proxy/service-connections.ts';

type Respond = Parameters<typeof startRawUpstream>[1];

async function setUp(t: TestContext, respond: Respond, environment: Record<string, string> = {}) {
  const upstream = await startRawUpstream(t, respond);
  const gateway = await startGateway({ USER_URL: upstream.url, PRODUCT_URL: upstream.url, ...environment });
  t.after(() => gateway.stop());
  const products = () => gateway.api.call('GET', '/api/v1/products');
  const post = (body: unknown) => gateway.api.call('POST', '/api/v1/users', { body });
  return { upstream, gateway, products, post };
}

test('a request is written as it must be', async (t) => {
  const seen: string[] = [];
  const { post, products } = await setUp(t, (socket, text) => {
    seen.push(text.replace(/(host|x-request-id|traceparent|x-request-timeout-ms): .*\r\n/g, ''));
    socket.write(answer('{}'));
  });
  await products();
  await post('é');
  const head = (line: string, more = '') =>
    `${line} HTTP/1.1\r\nconnection: keep-alive\r\n${more}accept: */*\r\naccept-language: *\r\nuser-agent: node\r\n`;
  assert.equal(seen[0], `${head('GET /api/v1/products')}\r\n`);
  const body = Buffer.from('é').toString('latin1');
  assert.equal(
    seen[1],
    `${head('POST /api/v1/users', 'content-type: application/json\r\n')}x-client-address: 127.0.0.1\r\nx-service-key: ${'u'.repeat(32)}\r\ncontent-length: 2\r\n\r\n${body}`,
  );
});

test('a connection is used again, and closed by us when it has been idle', async (t) => {
  const { upstream, products } = await setUp(t, (socket) => void socket.write(answer('{}')));
  for (let n = 0; n < 10; n++) await products();
  assert.equal(upstream.connections(), 1);
  await until(() => upstream.open() === 0);
  await products();
  assert.equal(upstream.connections(), 2);
});

test('neither HEAD nor a read with a body costs a connection', async (t) => {
  const seen: string[] = [];
  const { upstream, gateway, products } = await setUp(t, (socket, text) => {
    seen.push(text);
    socket.write(text.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n' : answer('{}'));
  });
  for (let n = 0; n < 5; n++) {
    assert.equal((await gateway.api.call('HEAD', '/api/v1/products')).status, 200);
    // Longer than the time that a connection is kept aside after a HEAD.
    await sleep(200);
    assert.equal((await products()).status, 200);
    const withBody = get('/api/v1/products', 'Content-Length: 2\r\nConnection: close\r\n') + '{}';
    assert.match(await readAll(await openRaw(t, gateway.port, withBody)), /^HTTP\/1\.1 200 /);
  }
  assert.equal(upstream.connections(), 1);
  assert.ok(seen.every((text) => text.endsWith('\r\n\r\n') && !/content-length/i.test(text)));
});

test('a service that wants a connection closed gets a new one', async (t) => {
  const { upstream, products } = await setUp(
    t,
    (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}'),
  );
  for (let n = 0; n < 3; n++) assert.equal((await products()).status, 200);
  assert.equal(upstream.connections(), 3);
});

test('a service that closes its idle connections costs no request, not even a write', async (t) => {
  const { upstream, products, post } = await setUp(t, (socket) => {
    socket.write(answer('{}'));
    setTimeout(() => socket.end(), 15);
  });
  for (let n = 0; n < 20; n++) {
    assert.equal((await (n % 2 ? products() : post({}))).status, 200);
    await sleep(40);
  }
  assert.equal(upstream.connections(), 20);
});

test('a read that meets a connection about to be closed is asked again', async (t) => {
  const { products } = await setUp(t, (socket, _text, connection) => {
    // Every connection serves one request, and drops the next without a word.
    if (socket.bytesWritten > 0 && connection < 50) return void socket.destroy();
    socket.write(answer('{}'));
  });
  for (let n = 0; n < 20; n++) assert.equal((await products()).status, 200);
});

test('a connection is made anew after its lifetime, with no request lost', async (t) => {
  const { upstream } = await setUp(t, (socket) => void socket.write(answer('a')));
  const connections = new ServiceConnections({
    baseUrl: upstream.url,
    most: 1,
    connectTimeoutMs: 700,
    idleMs: 1500,
    lifetimeMs: 100,
  });
  t.after(() => connections.close());
  for (let n = 0; n < 10; n++) {
    const connection = connections.take();
    assert.ok(connection);
    assert.equal(connections.take(), undefined);
    const { client } = connection;
    const status = await new Promise<number>((resolve, reject) => {
      let seen = 0;
      client.dispatch(
        { method: 'GET', path: '/' },
        {
          onRequestStart() {},
          onResponseStart: (_controller, statusCode) => (seen = statusCode),
          onResponseData() {},
          onResponseEnd: () => resolve(seen),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
    assert.equal(status, 200);
    connections.give(connection);
    await sleep(30);
  }
  assert.ok(upstream.connections() >= 2 && upstream.connections() <= 6, `${upstream.connections()}`);
  await until(() => upstream.open() <= 1);
});

test('a service that takes no connection is a 503 in time', async (t) => {
  // A net that swallows packets: nobody answers there.
  const { gateway } = await setUp(t, () => {}, { PRODUCT_URL: 'http://192.0.2.1' });
  const started = performance.now();
  assertProblem(await gateway.api.call('GET', '/api/v1/products'), 503, 'upstream-unavailable');
  assert.ok(performance.now() - started < 4000);
});

test('when the gateway stops its connections end', async (t) => {
  const { upstream, gateway, products } = await setUp(t, (socket) => void socket.write(answer('{}')));
  await products();
  await gateway.stop();
  await until(() => upstream.open() === 0);
});
