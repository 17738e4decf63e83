import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, mock, test } from 'node:test';
import { createLogger, createManagementServer, createMetrics, Readiness, type Logger } from '@shop/service-kit';
import { assertProblem, createApiClient, type ApiClient } from '@slipway/testing/http';

const lines: string[] = [];
let logger: Logger;
let server: ReturnType<typeof createManagementServer>;
let api: ApiClient;
before(async () => {
  logger = createLogger({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
  server = createManagementServer({ logger, metrics: createMetrics(), readiness: new Readiness() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  api = createApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => lines.splice(0));

const put = (body: unknown) => api.call('PUT', '/log-level', { body });

test('the level is read and changed while the process runs, also for loggers made from it afterwards', async () => {
  const initial = { level: 'info', configured: 'info', revertsAt: null };
  assert.deepEqual((await api.call('GET', '/log-level')).body, initial);
  logger.debug({}, 'unheard');
  assert.deepEqual((await put({ level: 'debug' })).body, { ...initial, level: 'debug' });
  logger.child({}).debug({}, 'heard');
  assert.deepEqual((await put({ level: 'error' })).body, { ...initial, level: 'error' });
  logger.warn({}, 'unheard');
  await put({ level: 'info' });
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['the log level changes', 'heard', 'the log level changes'],
  );
});

test('a change with a limit ends by itself, unless another one came meanwhile', async (t) => {
  t.after(() => mock.timers.reset());
  mock.timers.enable({ apis: ['setTimeout'] });
  const { body } = await put({ level: 'trace', forSeconds: 60 });
  assert.equal(body.level, 'trace');
  assert.ok(Math.abs(Date.parse(body.revertsAt) - Date.now() - 60_000) < 30_000);
  mock.timers.tick(59_999);
  assert.equal(logger.level, 'trace');
  mock.timers.tick(1);
  assert.deepEqual((await api.call('GET', '/log-level')).body, { level: 'info', configured: 'info', revertsAt: null });

  await put({ level: 'trace', forSeconds: 60 });
  await put({ level: 'debug' });
  mock.timers.tick(60_000);
  assert.equal(logger.level, 'debug');
  await put({ level: 'info' });
});

test('what is no level is refused and changes nothing', async () => {
  for (const body of [
    {},
    { level: 'loud' },
    { level: 'debug', forSeconds: 0 },
    { level: 'debug', more: 1 },
    null,
    [],
  ]) {
    assertProblem(await put(body), 400, 'validation-failed');
  }
  assertProblem(await put('{'), 400, 'malformed-json');
  assertProblem(await put({ level: 'debug', more: 'x'.repeat(2000) }), 413, 'payload-too-large');
  const other = await api.call('POST', '/log-level', { body: { level: 'debug' } });
  assertProblem(other, 405, 'method-not-allowed');
  assert.equal(other.headers.get('allow'), 'GET, HEAD, PUT');
  assertProblem(await api.call('GET', '/nothing'), 404, 'not-found');
  assert.equal(logger.level, 'info');
});
