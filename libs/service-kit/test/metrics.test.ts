import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { countOutcomes, createApp, createDatabaseObserver, createMetrics, createParts } from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';

async function valueOf(metrics: ReturnType<typeof createMetrics>, series: string): Promise<number | undefined> {
  const line = (await metrics.registry.metrics()).split('\n').find((other) => other.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('a request is active until its answer is complete or its client is gone', async (t) => {
  const parts = createParts('test', 'silent');
  const app = await createApp(parts);
  let release = () => {};
  app.get('/slow', () => new Promise((resolve) => (release = () => resolve({}))));
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const active = () => valueOf(parts.metrics, 'http_server_active_requests{http_request_method="GET"}');

  const arrived = () => once(app.server, 'request');
  const [answer] = await Promise.all([
    fetch(`http://127.0.0.1:${port}/slow`),
    arrived().then(async () => {
      assert.equal(await active(), 1);
      release();
    }),
  ]);
  await answer.text();
  assert.equal(await active(), 0);

  const socket = connect(port, '127.0.0.1');
  const [, response] = (await Promise.all([
    arrived(),
    once(socket, 'connect').then(() => socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')),
  ]).then(([[request, given]]) => [request, given])) as [unknown, NodeJS.EventEmitter];
  assert.equal(await active(), 1);
  socket.destroy();
  await once(response, 'close');
  assert.equal(await active(), 0);
});

test('every outcome stands at 0 from the start; listed problems count under their code, the rest as failed', async () => {
  const metrics = createMetrics();
  const work = countOutcomes(
    async (what: string) => {
      if (what === 'forbidden') throw commonProblems.forbidden();
      if (what === 'broken') throw new Error('broken');
      return what;
    },
    {
      metrics,
      name: 'things_total',
      help: 'Things by outcome',
      successes: ['done', 'repeated'],
      successOf: (what) => (what === 'again' ? 'repeated' : 'done'),
      refusals: ['forbidden', 'not-found'],
    },
  );
  const count = (outcome: string) => valueOf(metrics, `things_total{outcome="${outcome}"}`);
  const all = () => Promise.all(['done', 'repeated', 'forbidden', 'not-found', 'failed'].map(count));
  assert.deepEqual(await all(), [0, 0, 0, 0, 0]);
  await work('once');
  await work('again');
  await assert.rejects(work('forbidden'));
  await assert.rejects(work('broken'));
  assert.deepEqual(await all(), [1, 1, 1, 0, 1]);
});

test('statements are counted by operation and SQLSTATE, whatever stands in them', async () => {
  const metrics = createMetrics();
  const observer = createDatabaseObserver({ metrics });
  observer.statement('\n  select * from a where b = $1')();
  observer.statement('insert into a values ($1)')({ code: '23505' });
  observer.statement('insert into a values ($1)')({ code: 'ECONNREFUSED' });
  observer.connection()();
  const count = (labels: string) => valueOf(metrics, `db_client_operation_duration_seconds_count{${labels}}`);
  assert.equal(await count('db_operation_name="SELECT",error_type=""'), 1);
  assert.equal(await count('db_operation_name="INSERT",error_type="23505"'), 1);
  assert.equal(await count('db_operation_name="INSERT",error_type="unavailable"'), 1);
  assert.equal(await valueOf(metrics, 'db_client_connection_wait_time_seconds_count'), 1);
});

test('the pool and the event loop are read when they are scraped', async () => {
  const metrics = createMetrics();
  const state = { used: 3, idle: 2, waiting: 7, max: 10 };
  metrics.pool('shop', () => state);
  const pool = 'db_client_connection_pool_name="shop"';
  assert.equal(await valueOf(metrics, `db_client_connection_count{${pool},db_client_connection_state="used"}`), 3);
  assert.equal(await valueOf(metrics, `db_client_connection_count{${pool},db_client_connection_state="idle"}`), 2);
  assert.equal(await valueOf(metrics, `db_client_connection_pending_requests{${pool}}`), 7);
  state.waiting = 0;
  assert.equal(await valueOf(metrics, `db_client_connection_pending_requests{${pool}}`), 0);
  assert.equal(await valueOf(metrics, `db_client_connection_max{${pool}}`), 10);
  const utilization = await valueOf(metrics, 'nodejs_eventloop_utilization_ratio');
  assert.ok(utilization !== undefined && utilization >= 0 && utilization <= 1);
  const active = () => valueOf(metrics, 'nodejs_eventloop_time_seconds_total{nodejs_eventloop_state="active"}');
  const before = await active();
  for (const end = performance.now() + 20; performance.now() < end;);
  assert.ok(Number(await active()) > Number(before));
});
