import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callerTrace, createLogger } from '@shop/service-kit';
import { startCollector, startUpstream } from '@slipway/testing/http';
import { createOtlpTracing } from '../src/observability/tracing/otlp-tracing.ts';
import type { TracingConfig } from '../src/observability/tracing/tracing-config.ts';

function open(endpoint: string, changes: Partial<TracingConfig> = {}) {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
  process.env.OTEL_RESOURCE_ATTRIBUTES = 'deployment.environment.name=test';
  const lines: string[] = [];
  const logger = createLogger({
    service: 'test',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const config: TracingConfig = {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_SDK_DISABLED: false,
    OTEL_TRACES_SAMPLER: 'parentbased_always_on',
    OTEL_TRACES_SAMPLER_ARG: '1',
    ...changes,
  };
  return { tracing: createOtlpTracing('test', config, logger), lines };
}

const parent = callerTrace(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);

test('an error is recorded on its span, without the secrets in its text', async (t) => {
  const collector = await startCollector();
  t.after(() => collector.close());
  const { tracing } = open(collector.url);
  tracing.start('client', 'work', parent, {}).end({ error: new Error('postgres://order:s3cr3t@db failed') });
  tracing.start('server', 'first name', undefined, { a: 1 }).end({ name: 'second name', error: 503 });
  await tracing.close();
  const [work, named] = collector.spans;
  assert.deepEqual([work?.traceId, work?.parentSpanId, work?.isError], ['a'.repeat(32), 'b'.repeat(16), true]);
  assert.match(work?.exceptions[0] ?? '', /postgres:\/\/\[redacted\]@db failed/);
  assert.doesNotMatch(JSON.stringify(collector.spans), /s3cr3t/);
  assert.deepEqual([named?.name, named?.isError, named?.parentSpanId], ['second name', true, '']);
});

test('the sampler decides, and what it drops is still continued by those who are called', async (t) => {
  const collector = await startCollector();
  t.after(() => collector.close());
  const samplers: [TracingConfig['OTEL_TRACES_SAMPLER'], argument: string, kept: number][] = [
    ['always_on', '1', 2],
    ['always_off', '1', 0],
    ['traceidratio', '0', 0],
    ['traceidratio', '1', 2],
    ['parentbased_always_on', '1', 2],
    ['parentbased_always_off', '1', 1],
    ['parentbased_traceidratio', '0', 1],
  ];
  for (const [name, argument, kept] of samplers) {
    collector.spans.splice(0);
    const { tracing } = open(collector.url, { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
    const own = tracing.start('server', 'x', undefined, {});
    const continued = tracing.start('server', 'x', parent, {});
    assert.match(own.trace.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    assert.ok(continued.trace.traceparent.startsWith(`00-${'a'.repeat(32)}-`));
    own.end();
    continued.end();
    await tracing.close();
    assert.equal(collector.spans.length, kept, `${name} ${argument}`);
  }
});

test('a collector that refuses spans is one line, and one more when it takes them again', async (t) => {
  const upstream = await startUpstream((_request, response) => void response.writeHead(400).end());
  t.after(() => upstream.close());
  const { tracing, lines } = open(upstream.url);
  /** As many as are sent at once. */
  const sendBatch = async (requests: number) => {
    for (let count = 0; count < 512; count++) tracing.start('server', 'x', undefined, {}).end();
    // The test runner's own limit is the deadline.
    while (upstream.requests.length < requests) await sleep(10);
  };
  await sendBatch(1);
  while (lines.length < 1) await sleep(10);
  await sendBatch(2);
  upstream.answer((_request, response) => void response.writeHead(200).end('{}'));
  await sendBatch(3);
  while (lines.length < 2) await sleep(10);
  await tracing.close();
  const [refused, taken] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual([refused?.level, taken?.level, taken?.dropped], ['warn', 'info', 1024]);
  assert.equal(lines.length, 2);
});

test('a collector that is away costs the spans and one line, and does not hold up the end', async () => {
  const collector = await startCollector();
  await collector.close();
  const { tracing, lines } = open(collector.url);
  for (let count = 0; count < 3000; count++) tracing.start('server', 'x', undefined, {}).end();
  await tracing.close();
  assert.ok(lines.length <= 1, lines.join(''));
});
