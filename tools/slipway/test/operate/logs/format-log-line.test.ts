import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLogLine } from '../../../src/operate/logs/format-log-line.ts';

const format = (entry: object) =>
  formatLogLine(JSON.stringify({ time: '2026-01-02T03:04:05.000Z', ...entry }), undefined);
const withoutTime = (entry: object) => format(entry)?.text.replace(/^\S+ /, '');

test('a finished request is one short line, with fields flat or nested', () => {
  const flat = {
    level: 'info',
    msg: 'request finished',
    method: 'GET',
    route: '/api/v1/orders',
    status: 200,
    durationMs: 3.14,
  };
  assert.equal(
    withoutTime({ ...flat, requestId: 'r1', service: 'order' }),
    'info  GET /api/v1/orders 200 3.1 ms requestId=r1',
  );
  const nested = {
    level: 30,
    msg: 'request completed',
    req: { method: 'GET', url: '/x' },
    res: { statusCode: 404 },
    responseTime: 12.4,
  };
  assert.equal(withoutTime(nested), 'info  GET /x 404 12 ms');
});

test('an error carries its stack on lines of its own and its level', () => {
  const line = format({ level: 50, msg: 'no', err: { message: 'boom', stack: 'Error: boom\n    at x' } });
  assert.equal(line?.level, 50);
  assert.match(line?.text ?? '', /error no\n {4}Error: boom\n {8}at x$/);
});

test('what is no JSON object is left to the caller', () => {
  for (const line of ['plain', '{broken', '"text"']) assert.equal(formatLogLine(line, undefined), undefined);
});

test('a field that the reader knows already is left out', () => {
  const line = formatLogLine('{"level":"info","msg":"x","requestId":"r1","orderId":"o1"}', undefined, ['requestId']);
  assert.match(line?.text ?? '', /info {2}x orderId=o1$/);
});

test('a line fits its columns: ids by their ends, then fields left out, the message never', () => {
  const id = '0197a1b2-0000-7000-8000-0000deadbeef';
  const entry = {
    level: 'info',
    time: '2026-01-02T03:04:05.000Z',
    msg: 'request finished',
    method: 'POST',
    route: '/api/v1/orders/:id/cancel',
    status: 200,
    durationMs: 1234,
    requestId: id,
    waitedMs: { order: 1200 },
    userId: id,
    reason: 'x'.repeat(80),
  };
  const fit = (width: number) => formatLogLine(JSON.stringify(entry), undefined, [], width)!.text;
  for (const width of [72, 100, 112, 120, 160]) assert.ok(fit(width).length <= width, fit(width));
  assert.match(fit(112), /POST \/api\/v1\/orders\/:id\/cancel 200 1234 ms requestId=…deadbeef .*…$/);
  assert.match(fit(40), /cancel 200 1234 ms …$/);
  assert.match(fit(Infinity), new RegExp(`requestId=${id}`));
});

test('a request that no route matches is shown by its path', () => {
  const entry = { level: 'info', msg: 'request finished', method: 'GET', route: 'unmatched', path: '/api/v1/nothing' };
  assert.equal(withoutTime({ ...entry, status: 404, durationMs: 1 }), 'info  GET /api/v1/nothing 404 1 ms');
});
