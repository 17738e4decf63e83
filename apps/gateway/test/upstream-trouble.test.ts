import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem, startUpstream } from '@slipway/testing/http';
import { orderKey, startGateway } from './start-gateway.ts';

async function setUp(t: TestContext, environment?: Record<string, string>) {
  const gateway = await startGateway(environment);
  t.after(() => gateway.stop());
  return gateway;
}

test('a service that is gone is 503, for every method', async (t) => {
  const gateway = await setUp(t, { PRODUCT_URL: 'http://127.0.0.1:1' });
  const token = await gateway.issuer.token();
  assertProblem(await gateway.api.call('GET', '/api/v1/products'), 503, 'upstream-unavailable');
  assertProblem(await gateway.api.call('POST', '/api/v1/products', { token, body: {} }), 503, 'upstream-unavailable');
  assert.equal((await gateway.api.call('GET', '/healthz')).status, 200);
});

test('a service that refuses connections for a moment costs nobody an answer', async (t) => {
  const { port, close } = await startUpstream(() => {});
  await close();
  const gateway = await setUp(t, { ORDER_URL: `http://127.0.0.1:${port}` });
  const token = await gateway.issuer.token();
  const answers = ['GET', 'POST', 'GET', 'POST'].map((method) =>
    gateway.api.call(method, '/api/v1/orders', { token, ...(method === 'POST' && { body: {} }) }),
  );
  await sleep(350);
  const back = await startUpstream((_request, response) => void response.end('{}'), port);
  t.after(() => back.close());
  assert.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [200, 200, 200, 200],
  );
});

test('a service that hangs is 504 at the deadline', async (t) => {
  const gateway = await setUp(t, { UPSTREAM_TIMEOUT_MS: '300' });
  gateway.upstreams.product.answer(() => {});
  assertProblem(await gateway.api.call('GET', '/api/v1/products'), 504, 'upstream-timeout');
  assert.equal(gateway.upstreams.product.requests.length, 1);
});

test('a read that is cut off is repeated, a write is not', async (t) => {
  const gateway = await setUp(t);
  const token = await gateway.issuer.token();
  let calls = 0;
  gateway.upstreams.product.answer((request, response) =>
    ++calls === 1 ? void response.destroy() : gateway.echo(request, response),
  );
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
  assert.equal(calls, 2);
  gateway.upstreams.product.answer((_request, response) => void response.destroy());
  assertProblem(await gateway.api.call('POST', '/api/v1/products', { token, body: {} }), 503, 'upstream-unavailable');
  assert.equal(gateway.upstreams.product.requests.length, 3);
});

test('an order that is cut off is repeated under one key, the client’s own or one of ours', async (t) => {
  const gateway = await setUp(t);
  const token = await gateway.issuer.token();
  for (const headers of [{}, { 'idempotency-key': 'mine' }] as Record<string, string>[]) {
    let calls = 0;
    gateway.upstreams.order.requests.length = 0;
    gateway.upstreams.order.answer((request, response) =>
      ++calls < 3 ? void response.destroy() : gateway.echo(request, response),
    );
    assert.equal((await gateway.api.call('POST', '/api/v1/orders', { token, body: {}, headers })).status, 200);
    const keys = new Set(gateway.upstreams.order.requests.map((request) => request.headers['idempotency-key']));
    assert.equal(keys.size, 1);
    assert.deepEqual([...keys][0], headers['idempotency-key'] ?? [...keys][0]);
    assert.ok([...keys][0]);
  }
});

for (const [what, status] of [
  ['cut off', 503],
  ['left without an answer', 504],
] as const) {
  test(`an order that is ${what} for good is taken back, again and again until the service says so`, async (t) => {
    const gateway = await setUp(t, { UPSTREAM_TIMEOUT_MS: '300' });
    const token = await gateway.issuer.token();
    let refusals = 3;
    const executions = new Set<unknown>();
    const acknowledged = new Promise<string>((resolve) => {
      gateway.upstreams.order.answer(({ method, url, headers }, response) => {
        if (method === 'POST') {
          executions.add(headers['x-execution-id']);
          assert.equal(headers['x-service-key'], orderKey);
          if (status === 503) response.destroy();
          return;
        }
        assert.equal(headers['x-service-key'], orderKey);
        response.writeHead(refusals-- > 0 ? 503 : 204).end();
        if (refusals < 0) resolve(`${method} ${url}`);
      });
    });
    const answer = await gateway.api.call('POST', '/api/v1/orders', { token, body: {} });
    assert.equal(answer.status, status);
    const [execution, ...others] = executions;
    assert.deepEqual(others, []);
    assert.equal(await acknowledged, `DELETE /internal/v1/executions/${execution}`);
  });
}

test('a service that takes requests and answers none hears each three times at most', async (t) => {
  const gateway = await setUp(t);
  const token = await gateway.issuer.token();
  gateway.upstreams.order.answer((_request, response) => void response.destroy());
  for (const [method, body] of [
    ['POST', {}],
    ['GET', undefined],
  ] as const) {
    gateway.upstreams.order.requests.length = 0;
    assertProblem(await gateway.api.call(method, '/api/v1/orders', { token, body }), 503, 'upstream-unavailable');
    const heard = gateway.upstreams.order.requests.filter(({ url }) => url === '/api/v1/orders');
    assert.equal(heard.length, 3, method);
  }
});

test('what surely never reached the order service is not taken back, nor is what a service answered', async (t) => {
  const gateway = await setUp(t);
  const token = await gateway.issuer.token();
  gateway.upstreams.order.answer(
    (_request, response) => void response.writeHead(503, { 'content-type': 'application/problem+json' }).end('{}'),
  );
  assert.equal((await gateway.api.call('POST', '/api/v1/orders', { token, body: {} })).status, 503);
  await gateway.stopGateway();
  assert.deepEqual(
    gateway.upstreams.order.requests.map(({ method }) => method),
    ['POST'],
  );
});

test('503 of a service is passed on, not multiplied', async (t) => {
  const gateway = await setUp(t);
  gateway.upstreams.product.answer(
    (_request, response) =>
      void response
        .writeHead(503, { 'content-type': 'application/problem+json' })
        .end('{"code":"database-unavailable"}'),
  );
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 503);
  assert.equal(gateway.upstreams.product.requests.length, 1);
});

test('an answer that breaks off is not passed off as whole', async (t) => {
  const gateway = await setUp(t);
  gateway.upstreams.product.answer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000' });
    // More than is held back: some of it has gone out when the rest is lost.
    response.write('x'.repeat(200_000), () => setTimeout(() => response.destroy(), 100));
  });
  await assert.rejects(gateway.api.call('GET', '/api/v1/products'));
  assert.equal((await gateway.api.call('GET', '/healthz')).status, 200);
});

test('a client that goes away ends its request upstream', async (t) => {
  const gateway = await setUp(t);
  const closed = new Promise<void>((resolve) => {
    gateway.upstreams.product.answer((_request, response) => {
      response.once('close', resolve);
      client.destroy();
    });
  });
  const client = connect(gateway.port, '127.0.0.1');
  await once(client, 'connect');
  client.write('GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n');
  await closed;
});

test('without the user service known tokens still pass, and without any key it is 503', async (t) => {
  const gateway = await setUp(t);
  const token = await gateway.issuer.token();
  const get = () => gateway.api.call('GET', '/api/v1/orders', { token });
  gateway.upstreams.user.answer((_request, response) => void response.writeHead(503).end());
  assertProblem(await get(), 503, 'upstream-unavailable');
  gateway.upstreams.user.answer(gateway.echo);
  assert.equal((await get()).status, 200);
  gateway.upstreams.user.answer((_request, response) => void response.writeHead(503).end());
  assert.equal((await get()).status, 200);
  const other = await gateway.issuer.token();
  assert.equal((await gateway.api.call('GET', '/api/v1/orders', { token: other })).status, 200);
});

test('a service that comes back is found again', async (t) => {
  const first = await startUpstream((_request, response) => void response.end('{}'));
  const gateway = await setUp(t, { PRODUCT_URL: first.url });
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
  await first.close();
  assertProblem(await gateway.api.call('GET', '/api/v1/products'), 503, 'upstream-unavailable');
  const second = await startUpstream((_request, response) => void response.end('{}'), first.port);
  assert.equal((await gateway.api.call('GET', '/api/v1/products')).status, 200);
  await second.close();
});
