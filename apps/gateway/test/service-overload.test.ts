import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem, type Answer } from '@slipway/testing/http';
import { startGateway } from './start-gateway.ts';
import { until } from './until.ts';

async function setUp(t: TestContext, environment: Record<string, string> = {}) {
  const gateway = await startGateway(environment);
  t.after(() => gateway.stop());
  const { product } = gateway.upstreams;
  const call = async () => {
    const started = performance.now();
    const answer = await gateway.api.call('GET', '/api/v1/products');
    return { answer, ms: performance.now() - started };
  };
  /** The service keeps its answers to itself. */
  const hang = () => {
    const held: ServerResponse[] = [];
    product.answer((_request, response) => void held.push(response));
    return held;
  };
  return { gateway, product, call, hang };
}

function assertOverloaded(answer: Answer): void {
  assertProblem(answer, 503, 'overloaded');
  assert.equal(answer.headers.get('retry-after'), '1');
}

test('a service works on so many requests at once and no more; the others wait, and whoever is too many hears it at once', async (t) => {
  const { gateway, product, call, hang } = await setUp(t, { SERVICE_CONNECTIONS: '4', SERVICE_QUEUE: '8' });
  const held = hang();
  const all = Array.from({ length: 20 }, call);
  const refusals = /gateway_refused_requests_total\{reason="service-full"\} 8\n/;
  await until(async () => refusals.test(await gateway.metrics.registry.metrics()));
  assert.equal(held.length, 4);
  assertOverloaded((await Promise.race(all)).answer);
  product.answer(gateway.echo);
  for (const response of held) response.end('{}');
  const statuses = (await Promise.all(all)).map(({ answer }) => answer.status);
  assert.equal(statuses.filter((status) => status === 200).length, 12);
  assert.equal(statuses.filter((status) => status === 503).length, 8);
});

test('a service that stands lets nobody wait for its deadline who has no part in it', async (t) => {
  const environment = { SERVICE_CONNECTIONS: '2', UPSTREAM_TIMEOUT_MS: '4000' };
  const { call, hang, product, gateway } = await setUp(t, environment);
  const held = hang();
  const all = Array.from({ length: 6 }, call);
  await until(() => held.length === 2);
  const answers = await Promise.all(all);
  const overloaded = answers.filter(({ answer }) => answer.body.code === 'overloaded');
  assert.equal(overloaded.length, 4);
  for (const { answer, ms } of overloaded) {
    assertOverloaded(answer);
    // Half of the deadline: a generous limit for a busy machine.
    assert.ok(ms < 2000, `${ms}`);
  }
  for (const { answer } of answers.filter((each) => !overloaded.includes(each)))
    assertProblem(answer, 504, 'upstream-timeout');
  product.answer(gateway.echo);
  assert.equal((await call()).answer.status, 200);
});

test('a service that is slow, but no slower than usual, is waited for', async (t) => {
  const { call, product } = await setUp(t, { SERVICE_CONNECTIONS: '2' });
  product.answer(async (_request, response) => {
    await sleep(700);
    response.end('{}');
  });
  await call();
  const answers = await Promise.all(Array.from({ length: 6 }, call));
  for (const { answer } of answers) assert.equal(answer.status, 200);
});

test('whoever waits hears of its deadline before it is over', async (t) => {
  const environment = { SERVICE_CONNECTIONS: '1', UPSTREAM_TIMEOUT_MS: '2000' };
  const { call, hang } = await setUp(t, environment);
  hang();
  const answers = await Promise.all([call(), call(), call()]);
  assert.deepEqual(answers.map(({ answer }) => answer.body.code).sort(), [
    'overloaded',
    'overloaded',
    'upstream-timeout',
  ]);
});

test('a service hears how much of the deadline the wait has left', async (t) => {
  const { call, hang, product, gateway } = await setUp(t, { SERVICE_CONNECTIONS: '1', UPSTREAM_TIMEOUT_MS: '3000' });
  const held = hang();
  const all = [call(), call()];
  await until(() => held.length === 1);
  await sleep(300);
  product.answer(gateway.echo);
  held[0]?.end('{}');
  await Promise.all(all);
  const [first, second] = product.requests.map(({ headers }) => Number(headers['x-request-timeout-ms']));
  assert.ok(first! <= 2950 && first! > 2000, `${first}`);
  assert.ok(second! <= first! - 250, `${second} after ${first}`);
});

test('one service that stands takes nothing from the others, nor from the gateway’s own routes', async (t) => {
  const environment = { UPSTREAM_TIMEOUT_MS: '3000', SERVICE_CONNECTIONS: '8', SERVICE_QUEUE: '16' };
  const { gateway, hang, call } = await setUp(t, environment);
  const held = hang();
  const all = Array.from({ length: 40 }, call);
  await until(() => held.length === 8);
  const token = await gateway.issuer.token();
  for (let n = 0; n < 10; n++) {
    assert.equal((await gateway.api.call('GET', '/api/v1/orders', { token })).status, 200);
    assert.equal((await gateway.api.call('GET', '/healthz')).status, 200);
  }
  const codes = new Set((await Promise.all(all)).map(({ answer }) => answer.body.code));
  assert.deepEqual(codes, new Set(['overloaded', 'upstream-timeout']));
});

test('the metrics say why requests were refused', async (t) => {
  const { gateway, call, hang } = await setUp(t, { SERVICE_CONNECTIONS: '1', SERVICE_QUEUE: '0' });
  const held = hang();
  const first = call();
  await until(() => held.length === 1);
  assertOverloaded((await call()).answer);
  const metrics = await gateway.metrics.registry.metrics();
  assert.match(metrics, /gateway_refused_requests_total\{reason="service-full"\} 1\n/);
  assert.match(metrics, /http_server_request_duration_seconds_count\{.*"503".*\} 1\n/);
  held[0]?.end('{}');
  assert.equal((await first).answer.status, 200);
});
