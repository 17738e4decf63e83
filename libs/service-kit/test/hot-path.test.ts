import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { createAccessLog } from '../src/observability/access-log.ts';
import { createMetrics } from '../src/observability/metrics.ts';

const entry = {
  requestId: 'r-1',
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  method: 'GET',
  route: '/api/v1/products/:id',
  status: 200,
  durationMs: 1.2345,
  isAborted: false,
  userId: '019abc',
  upstream: 'order',
  upstreamMs: 1.009,
  reason: undefined,
};

function capture(level: string) {
  const lines: string[] = [];
  const formatters = { level: (label: string) => ({ level: label }) };
  const logger = pino(
    { level, base: { service: 'x"y' }, timestamp: pino.stdTimeFunctions.isoTime, formatters },
    { write: (line) => void lines.push(line) },
  );
  return { logger, lines };
}

test('an access line is what the logger itself would write', async () => {
  const { logger, lines } = capture('info');
  const logAccess = createAccessLog(logger);
  logAccess(entry);
  logAccess({ ...entry, status: 503, isAborted: true });
  logAccess({ ...entry, userId: undefined, spanId: undefined, upstream: undefined });
  logAccess({ ...entry, reason: 'memory' });
  await endOfTurn();
  const { isAborted: _, upstream: __, upstreamMs: ___, reason: ____, ...fields } = entry;
  logger.info({ ...fields, durationMs: 1.23, waitedMs: { order: 1.01 } }, 'request finished');
  // The lines of one turn come together.
  assert.equal(lines.length, 2);
  const all = lines.join('').trimEnd().split('\n');
  const parsed = all.map((line) => JSON.parse(line) as Record<string, unknown>);
  const withoutTime = parsed.map(({ time, ...rest }) => {
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    return rest;
  });
  assert.deepEqual(withoutTime[0], withoutTime[4]);
  assert.deepEqual(withoutTime[3], { ...withoutTime[0], code: 'overloaded', reason: 'memory' });
  const { userId: _____, waitedMs: ______, spanId: _______, ...anonymous } = withoutTime[0] ?? {};
  assert.deepEqual(withoutTime[2], anonymous);
  assert.deepEqual(withoutTime[1], { ...withoutTime[0], level: 'warn', status: 503, isAborted: true });
  assert.ok(lines.every((text) => text.endsWith('}\n')));
});

test('below the level there is no line', async () => {
  const { logger, lines } = capture('error');
  createAccessLog(logger)(entry);
  await endOfTurn();
  assert.deepEqual(lines, []);
});

test('durations fall into cumulative buckets, a series per template and status', async () => {
  const metrics = createMetrics();
  for (const seconds of [0.001, 0.005, 0.3, 99]) metrics.requestFinished('GET', '/a/:id', 200, seconds);
  metrics.requestFinished('BREW', '/a/:id', 404, 0.1);
  metrics.call('user', 'GET', 200, 0.02);
  metrics.call('user', 'GET', 503, 0.02);
  metrics.call('user', 'GET', 'timeout', 0.02);
  const text = await metrics.registry.metrics();
  const value = (line: string) =>
    Number(
      text
        .split('\n')
        .find((other) => other.startsWith(`${line} `))
        ?.split(' ')[1],
    );
  const name = 'http_server_request_duration_seconds';
  const labels = 'http_request_method="GET",http_route="/a/:id",http_response_status_code="200"';
  assert.equal(value(`${name}_bucket{le="0.005",${labels}}`), 2);
  assert.equal(value(`${name}_bucket{le="0.25",${labels}}`), 2);
  assert.equal(value(`${name}_bucket{le="0.5",${labels}}`), 3);
  assert.equal(value(`${name}_bucket{le="10",${labels}}`), 3);
  assert.equal(value(`${name}_bucket{le="+Inf",${labels}}`), 4);
  assert.equal(value(`${name}_count{${labels}}`), 4);
  assert.equal(value(`${name}_sum{${labels}}`).toFixed(3), '99.306');
  assert.match(text, /http_request_method="_OTHER"/);
  const calls = 'http_client_request_duration_seconds_count{server_address="user",http_request_method="GET"';
  assert.equal(value(`${calls},http_response_status_code="200",error_type=""}`), 1);
  assert.equal(value(`${calls},http_response_status_code="503",error_type="503"}`), 1);
  assert.equal(value(`${calls},http_response_status_code="",error_type="timeout"}`), 1);
  assert.match(text, new RegExp(`# TYPE ${name} histogram`));
});
