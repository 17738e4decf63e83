import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { createClientAddress } from '../src/proxy/client-address.ts';
import { createRateLimit } from '../src/proxy/rate-limit.ts';
import { startGateway } from './start-gateway.ts';

const from = (peer: string, forwardedFor?: string) =>
  ({
    socket: { remoteAddress: peer },
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  }) as unknown as IncomingMessage;

test('by default the peer is the client, whatever it says', () => {
  const clientOf = createClientAddress('');
  assert.equal(clientOf(from('10.0.0.1', '1.2.3.4')), '10.0.0.1');
  assert.equal(clientOf(from('::ffff:10.0.0.1')), '10.0.0.1');
});

test('a trusted proxy is believed for the address that it saw, and no further', () => {
  const clientOf = createClientAddress('10.0.0.0/8, 192.168.1.1, fd00::/8');
  assert.equal(clientOf(from('10.0.0.1', '6.6.6.6, 1.2.3.4')), '1.2.3.4');
  assert.equal(clientOf(from('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.9.9.9')), '1.2.3.4');
  assert.equal(clientOf(from('::ffff:192.168.1.1', '1.2.3.4')), '1.2.3.4');
  assert.equal(clientOf(from('fd00::1', '2001:db8::1')), '2001:db8::1');
  assert.equal(clientOf(from('192.168.1.2', '1.2.3.4')), '192.168.1.2');
  assert.equal(clientOf(from('10.0.0.1', 'nonsense')), '10.0.0.1');
  assert.equal(clientOf(from('10.0.0.1')), '10.0.0.1');
  assert.equal(clientOf(from('10.0.0.1', '1.2.3.4, nonsense')), '10.0.0.1');
});

test('a TRUST_PROXY that cannot be read is a fault of the environment', () => {
  for (const value of ['everyone', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', '1.2.3.4,,']) {
    assert.throws(() => createClientAddress(value), { name: 'EnvironmentError' }, value);
  }
});

test('the rate limit counts each client in windows of a minute', () => {
  let now = 0;
  const limit = createRateLimit(2, () => now);
  assert.ok(limit);
  limit.take('a');
  limit.take('a');
  limit.take('b');
  now = 20_000;
  assert.throws(() => limit.take('a'), {
    problem: { status: 429, code: 'too-many-requests', title: 'Too many requests' },
    headers: { 'retry-after': '40' },
  });
  now = 60_000;
  limit.take('a');
  assert.equal(createRateLimit(0), undefined);
});

test('the limit is off by default, and 429 with Retry-After when it is on', async () => {
  const limited = await startGateway({ RATE_LIMIT_PER_MINUTE: '3' });
  for (let n = 0; n < 3; n++)
    assert.equal(
      (await limited.api.call('GET', '/api/v1/products', { headers: { 'x-forwarded-for': `1.1.1.${n}` } })).status,
      200,
    );
  const refused = await limited.api.call('GET', '/api/v1/products', { headers: { 'x-forwarded-for': '1.1.1.9' } });
  assertProblem(refused, 429, 'too-many-requests');
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal((await limited.api.call('GET', '/healthz')).status, 200);
  await limited.stop();
});
