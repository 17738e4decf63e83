import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recentFailures } from '../../../src/operate/status/recent-failures.ts';

const SINCE = Date.parse('2026-01-01T10:00:00Z');
const line = (fields: object, time = '2026-01-01T10:00:05.000Z') => JSON.stringify({ level: 'warn', time, ...fields });
const finished = (status: number, waitedMs: Record<string, number>) =>
  line({ method: 'GET', route: '/api/v1/products', status, durationMs: 100, waitedMs, msg: 'request finished' });
const error = (message: string, time?: string) =>
  line({ level: 'error', err: { message }, msg: 'request failed' }, time);

test('the errors, the most frequent first, and no more than two', () => {
  const log = [error('a'), error('b'), error('b'), error('c'), error('c'), error('c'), finished(503, {})].join('\n');
  assert.deepEqual(recentFailures(log, SINCE), ['log: c (×3)', 'log: b (×2)']);
});

test('who has no error of its own says whom it waited for', () => {
  const log = [finished(503, { product: 95, user: 2 }), finished(503, { product: 90 }), finished(200, {})].join('\n');
  assert.deepEqual(recentFailures(log, SINCE), ['log: GET /api/v1/products 503, waiting for product (×2)']);
  assert.deepEqual(recentFailures(finished(500, { user: 2 }), SINCE), ['log: GET /api/v1/products 500']);
});

test('who was overloaded says so', () => {
  const refused = line({ method: 'POST', route: '/api/v1/sessions', status: 503, code: 'overloaded', durationMs: 1 });
  assert.deepEqual(recentFailures(refused, SINCE), ['log: POST /api/v1/sessions 503 overloaded']);
});

test('what is older, cut off or no JSON says nothing', () => {
  assert.deepEqual(recentFailures(`${error('cut').slice(0, -9)}\n${error('whole')}`, SINCE), ['log: whole']);
  assert.deepEqual(recentFailures(`${error('old', '2026-01-01T09:59:59.000Z')}\nSegmentation problem`, SINCE), []);
});
