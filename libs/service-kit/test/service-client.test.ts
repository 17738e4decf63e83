import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics, createServiceClient, traceContextFrom } from '@shop/service-kit';
import { ProblemError } from '@shop/service-kit/problem';
import { startUpstream, type UpstreamHandler } from '@slipway/testing/http';

const context = () => ({ requestId: 'r1', trace: traceContextFrom(undefined), deadline: Date.now() + 5000 });
const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

async function setUp(t: TestContext, handler: UpstreamHandler) {
  const upstream = await startUpstream(handler);
  const client = createServiceClient({ service: 'callee', baseUrl: upstream.url, metrics: createMetrics() });
  t.after(async () => {
    await client.close();
    await upstream.close();
  });
  return { upstream, client };
}

test('ids and a deadline that shrinks are carried', async (t) => {
  const { upstream, client } = await setUp(t, (_request, response) => void response.end('{"ok":true}'));
  const call = context();
  const answer = await client.call({
    method: 'POST',
    path: '/x',
    body: { a: 1 },
    timeoutMs: 800,
    isIdempotent: true,
    context: call,
  });
  assert.deepEqual(answer, { status: 200, body: { ok: true } });
  const [received] = upstream.requests;
  assert.ok(received);
  const { headers } = received;
  assert.equal(received.body, '{"a":1}');
  assert.equal(headers['x-request-id'], 'r1');
  assert.equal(headers.traceparent, call.trace.traceparent);
  const patience = Number(headers['x-request-timeout-ms']);
  assert.ok(patience > 0 && patience <= 800);
});

test('an idempotent call is tried again a few times, another never', async (t) => {
  const { upstream, client } = await setUp(t, (_request, response) => void response.writeHead(503).end());
  const options = { method: 'POST', path: '/x', timeoutMs: 2000, context: context() } as const;
  assert.equal((await client.call({ ...options, isIdempotent: false })).status, 503);
  assert.equal(upstream.requests.length, 1);
  assert.equal((await client.call({ ...options, isIdempotent: true })).status, 503);
  assert.equal(upstream.requests.length, 4);
  let answers = 0;
  upstream.answer((_request, response) => {
    if (++answers === 1) response.destroy();
    else response.end('{}');
  });
  assert.equal((await client.call({ ...options, isIdempotent: true })).status, 200);
  upstream.requests.length = 0;
  upstream.answer((_request, response) => void response.destroy());
  await assert.rejects(client.call({ ...options, isIdempotent: false }), isProblem('upstream-unavailable'));
  assert.equal(upstream.requests.length, 1);
});

test('a callee that refuses connections for a moment is tried until it takes one', async (t) => {
  const { url, port, close } = await startUpstream(() => {});
  await close();
  const client = createServiceClient({ service: 'callee', baseUrl: url, metrics: createMetrics() });
  t.after(() => client.close());
  const call = client.call({ method: 'GET', path: '/x', timeoutMs: 2000, isIdempotent: true, context: context() });
  await sleep(350);
  const back = await startUpstream((_request, response) => void response.end('{}'), port);
  t.after(() => back.close());
  assert.equal((await call).status, 200);
});

test('a callee that is overloaded is not called again at once', async (t) => {
  const { upstream, client } = await setUp(t, (_request, response) => {
    response.writeHead(503, { 'retry-after': '2' }).end('{"code":"overloaded"}');
  });
  const answer = await client.call({
    method: 'POST',
    path: '/x',
    timeoutMs: 2000,
    isIdempotent: true,
    context: context(),
  });
  assert.deepEqual(answer, { status: 503, body: { code: 'overloaded' }, retryAfter: '2' });
  assert.equal(upstream.requests.length, 1);
});

test('a callee that hangs is given up at the deadline', async (t) => {
  const { client } = await setUp(t, () => {});
  const call = client.call({ method: 'GET', path: '/x', timeoutMs: 200, isIdempotent: true, context: context() });
  await assert.rejects(call, isProblem('upstream-unavailable'));
});

test('a callee that is gone is upstream-unavailable', async () => {
  const client = createServiceClient({ service: 'callee', baseUrl: 'http://127.0.0.1:1', metrics: createMetrics() });
  await assert.rejects(
    client.call({ method: 'GET', path: '/x', timeoutMs: 500, isIdempotent: true, context: context() }),
    isProblem('upstream-unavailable'),
  );
});
