import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { startGateway } from './start-gateway.ts';
import { until } from './until.ts';

const paths = { 'sign-in': '/api/v1/sessions', registration: '/api/v1/users' };

/** A gateway whose user service keeps its answers to sign-ins and registrations until the test gives them. */
async function setUp(t: TestContext, environment: Record<string, string>) {
  const gateway = await startGateway({ TRUST_PROXY: '127.0.0.1', ...environment });
  t.after(() => gateway.stop());
  const held: ServerResponse[] = [];
  gateway.upstreams.user.answer((request, response) => {
    if (request.method === 'POST') held.push(response);
    else void gateway.echo(request, response);
  });
  const ask = (client: string, what: keyof typeof paths = 'sign-in') =>
    gateway.api.call('POST', paths[what], { body: {}, headers: { 'x-forwarded-for': client } });
  return { gateway, held, ask };
}

test('of one client so many sign-ins and registrations are under way and no more; the rest costs the service nothing', async (t) => {
  const { gateway, held, ask } = await setUp(t, { CLIENT_SIGN_INS: '3' });
  const taken = [ask('192.0.2.1'), ask('192.0.2.1', 'registration'), ask('192.0.2.1')];
  await until(() => held.length === 3);
  for (const what of Object.keys(paths) as (keyof typeof paths)[]) {
    const refused = await ask('192.0.2.1', what);
    assertProblem(refused, 503, 'overloaded');
    assert.equal(refused.headers.get('retry-after'), '1');
  }
  assert.match(await gateway.metrics.registry.metrics(), /gateway_refused_requests_total\{reason="client-share"\} 2\n/);
  // Other clients, and whatever else this one asks, are served.
  taken.push(ask('192.0.2.2'));
  await until(() => held.length === 4);
  const headers = { 'x-forwarded-for': '192.0.2.1' };
  const token = await gateway.issuer.token();
  assert.equal((await gateway.api.call('GET', '/api/v1/users/me', { token, headers })).status, 200);
  assert.equal((await gateway.api.call('GET', '/api/v1/products', { headers })).status, 200);
  for (const response of held) response.end('{}');
  for (const answer of await Promise.all(taken)) assert.equal(answer.status, 200);
  assert.equal(gateway.upstreams.user.requests.filter(({ method }) => method === 'POST').length, 4);
});

test('who was answered or has left makes room for the next of its client', async (t) => {
  const { gateway, held, ask } = await setUp(t, { CLIENT_SIGN_INS: '1' });
  const first = ask('192.0.2.1');
  await until(() => held.length === 1);
  held[0]?.end('{}');
  assert.equal((await first).status, 200);

  const leaving = new AbortController();
  const second = fetch(`${gateway.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' },
    body: '{}',
    signal: leaving.signal,
  }).catch(() => {});
  await until(() => held.length === 2);
  leaving.abort();
  await second;

  let third = ask('192.0.2.1');
  // The gateway hears of the departure a moment later.
  while ((await Promise.race([third.then(({ status }) => status), until(() => held.length === 3)])) === 503)
    third = ask('192.0.2.1');
  held[2]?.end('{}');
  assert.equal((await third).status, 200);
});

test('addresses of one IPv6 network are one client', async (t) => {
  const { held, ask } = await setUp(t, { CLIENT_SIGN_INS: '1' });
  const first = ask('2001:db8:0:1::1');
  await until(() => held.length === 1);
  assertProblem(await ask('2001:db8:0:1::2'), 503, 'overloaded');
  const other = ask('2001:db8:0:2::1');
  await until(() => held.length === 2);
  for (const response of held) response.end('{}');
  assert.deepEqual([(await first).status, (await other).status], [200, 200]);
});

test('a body that drips takes no turn of others at its address', async (t) => {
  const { gateway, held, ask } = await setUp(t, { CLIENT_SIGN_INS: '1' });
  const dripping = new AbortController();
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) });
  const first = fetch(`${gateway.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' },
    body,
    duplex: 'half',
    signal: dripping.signal,
  }).catch(() => {});
  await until(async () =>
    /http_server_active_requests\{[^}]*POST[^}]*\} 1\n/.test(await gateway.metrics.registry.metrics()),
  );
  const second = ask('192.0.2.1');
  await until(() => held.length === 1);
  held[0]?.end('{}');
  assert.equal((await second).status, 200);
  dripping.abort();
  await first;
});
