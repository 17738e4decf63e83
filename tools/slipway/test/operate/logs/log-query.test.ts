import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchLogLine, noteRequest } from '../../../src/operate/logs/log-query.ts';

const line = (entry: object | string, time = 0, isDatabase = false) => ({
  time,
  isDatabase,
  text: typeof entry === 'string' ? entry : JSON.stringify(entry),
});

test('a request is found by its own field, not by a text that happens to contain it', () => {
  const matches = matchLogLine({ request: 'r1' });
  assert.ok(matches(line({ requestId: 'r1' })));
  assert.ok(!matches(line({ requestId: 'r11' })));
  assert.ok(!matches(line({ requestId: 'other', msg: 'after r1' })));
  assert.ok(matches(line('  at handler (request r1)')));
});

test('a trace is found by its id or by the whole header', () => {
  const traceId = '57042e309707e8a2c854000049a3171d';
  for (const trace of [traceId, `00-${traceId}-00f067aa0ba902b7-01`]) {
    assert.ok(matchLogLine({ trace })(line({ traceId })));
    assert.ok(!matchLogLine({ trace })(line({ traceId: traceId.replace('5', '6') })));
  }
});

test('levels: names, numbers, those of Postgres; what a service says in plain text is shown', () => {
  const matches = matchLogLine({ level: 40 });
  assert.ok(matches(line({ level: 'warn' })));
  assert.ok(matches(line({ level: 50 })));
  assert.ok(!matches(line({ level: 'info' })));
  assert.ok(!matches(line('2026-11-24 05:00:00.000 UTC [1] LOG:  checkpoint complete')));
  assert.ok(matches(line('2026-11-24 05:00:00.000 UTC [71] FATAL:  the database system is shutting down')));
  assert.ok(matches(line('order: DATABASE_URL is missing')));
  assert.ok(!matches(line('creating configuration files ... ok', 0, true)));
});

test('lines before the time asked for are left out', () => {
  const matches = matchLogLine({ from: 100 });
  assert.deepEqual([matches(line('x', 99)), matches(line('x', 100))], [false, true]);
});

test('an order is found with all lines of the requests that named it', () => {
  const ids = { order: 'o1', requests: new Set<string>() };
  noteRequest(ids, JSON.stringify({ requestId: 'r1', orderId: 'o1' }));
  noteRequest(ids, JSON.stringify({ requestId: 'r2', orderId: 'o2' }));
  const matches = matchLogLine({}, ids);
  assert.ok(matches(line({ requestId: 'r1', msg: 'request finished' })));
  assert.ok(matches(line({ orderId: 'o1', msg: 'unsettled order released' })));
  assert.ok(!matches(line({ requestId: 'r2' })));
});
