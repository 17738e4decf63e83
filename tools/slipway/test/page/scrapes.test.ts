import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScrapes } from '../../src/page/data/scrapes.ts';

const metrics = (requests: number) => `process_start_time_seconds 1
http_client_request_duration_seconds_count{server_address="product"} ${requests}
http_client_request_duration_seconds_sum{server_address="product"} ${requests / 100}
db_client_connection_max 10
`;

test('a service that was stopped has no rates, calls or pool after half a minute', () => {
  let now = 0;
  const scrapes = createScrapes(() => now);
  scrapes.add(metrics(0), 'order-a');
  now = 10_000;
  scrapes.add(metrics(50), 'order-a');
  assert.equal(scrapes.calls().get('product')?.requestsPerSecond, 5);
  assert.equal(scrapes.pool()?.max, 10);
  // Nobody adds another scrape.
  now = 45_000;
  assert.deepEqual([scrapes.calls().size, scrapes.pool(), scrapes.traffic()], [0, undefined, undefined]);
});

test('a pod that is gone does not count beside one that is there', () => {
  let now = 0;
  const scrapes = createScrapes(() => now);
  scrapes.add(metrics(100), 'order-a');
  now = 25_000;
  scrapes.add(metrics(0), 'order-b');
  assert.equal(scrapes.calls().get('product')?.calls, 100);
  now = 35_000;
  scrapes.add(metrics(20), 'order-b');
  assert.deepEqual(scrapes.calls().get('product')?.calls, 20);
});
