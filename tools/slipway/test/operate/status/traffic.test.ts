import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMetrics } from '../../../src/operate/status/parse-metrics.ts';
import { traffic } from '../../../src/operate/status/traffic.ts';

/** A scrape of a process that has answered `fast` requests below 10 ms, `slow` ones below 1 s and `failed` ones above. */
function scrape(at: number, { fast = 0, slow = 0, failed = 0, cpu = 0 }) {
  const text = `
# HELP http_server_request_duration_seconds Duration of HTTP requests
# TYPE http_server_request_duration_seconds histogram
http_server_request_duration_seconds_bucket{le="0.01",http_route="/a",http_response_status_code="200"} ${fast}
http_server_request_duration_seconds_bucket{le="1",http_route="/a",http_response_status_code="200"} ${fast + slow}
http_server_request_duration_seconds_bucket{le="+Inf",http_route="/a",http_response_status_code="200"} ${fast + slow}
http_server_request_duration_seconds_count{http_route="/a",http_response_status_code="200"} ${fast + slow}
http_server_request_duration_seconds_bucket{le="0.01",http_route="/a",http_response_status_code="503"} 0
http_server_request_duration_seconds_bucket{le="1",http_route="/a",http_response_status_code="503"} 0
http_server_request_duration_seconds_bucket{le="+Inf",http_route="/a",http_response_status_code="503"} ${failed}
http_server_request_duration_seconds_count{http_route="/a",http_response_status_code="503"} ${failed}
process_cpu_seconds_total ${cpu}
process_resident_memory_bytes ${at * 1000}
`;
  return { at, samples: parseMetrics(text) };
}

test('rates, errors, quantiles, processor and memory of two processes together', () => {
  const { requestsPerSecond, errorShare, p50Ms, p95Ms, cpuCores, memoryBytes } = traffic([
    { before: scrape(0, { fast: 100, cpu: 5 }), after: scrape(2000, { fast: 140, cpu: 5.5 }) },
    { before: scrape(0, { slow: 1 }), after: scrape(2000, { slow: 39, failed: 2, cpu: 0.1 }) },
  ]);
  assert.equal(requestsPerSecond, 40);
  assert.equal(errorShare, 2 / 80);
  // 40 of 80 lie in the first bucket: the middle is its upper bound.
  assert.equal(p50Ms, 10);
  // Rank 76 of 40 + 38 in the bucket from 10 ms to 1 s.
  assert.ok(Math.abs(p95Ms! - (10 + (990 * 36) / 38)) < 1e-6, String(p95Ms));
  assert.ok(Math.abs(cpuCores - 0.3) < 1e-9);
  assert.equal(memoryBytes, 2_000_000);
});

test('a quantile beyond the last bound is that bound', () => {
  assert.equal(traffic([{ before: scrape(0, {}), after: scrape(1000, { failed: 10 }) }]).p50Ms, 1000);
});

test('a counter that went down began anew', () => {
  const pairs = [{ before: scrape(0, { fast: 500 }), after: scrape(1000, { fast: 3 }) }];
  assert.equal(traffic(pairs).requestsPerSecond, 3);
});

test('without requests there is no share and no latency', () => {
  const { errorShare, p50Ms } = traffic([{ before: scrape(0, { fast: 7 }), after: scrape(1000, { fast: 7 }) }]);
  assert.deepEqual([errorShare, p50Ms], [undefined, undefined]);
});

test('labels with escapes, commas and braces are read; comments are not', () => {
  const [sample, ...rest] = parseMetrics('# TYPE a counter\na{route="/x,{id}",text="say \\"hi\\""} 1.5e3\n\n');
  assert.deepEqual(sample, { name: 'a', labels: { route: '/x,{id}', text: 'say "hi"' }, value: 1500 });
  assert.equal(rest.length, 0);
});
