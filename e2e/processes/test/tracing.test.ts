import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCollector, type CollectedSpan } from '@slipway/testing/http';
import { startShop, type Shop } from '@slipway/testing/processes';
import { loadsOpenTelemetry, reportOpenTelemetry } from './support/report-opentelemetry.ts';

const names = ['gateway', 'user', 'product', 'order'] as const;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerSpanId = 'b7ad6b7169203331';

let collector: Awaited<ReturnType<typeof startCollector>>;
let shop: Shop;
before(async () => {
  collector = await startCollector();
  shop = await startShop({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...reportOpenTelemetry });
});
after(async () => {
  await shop.stop();
  await collector.close();
});

/** The one span of a trace that a service has under a name. */
function spanOf(service: string, name: string, trace = traceId): CollectedSpan {
  const found = collector.spans.filter(
    (span) => span.traceId === trace && span.service === service && span.name === name,
  );
  assert.equal(found.length, 1, `${service} ${name}: ${found.length} spans`);
  return found[0]!;
}

test('one order: one trace through all services, each span under the one that caused it', async () => {
  const admin = await shop.adminToken();
  const body = { sku: 'trace', name: 'Thing', priceCents: 100, currency: 'EUR', stock: 5 };
  const product = await shop.api.call('POST', '/api/v1/products', { token: admin, body });
  const token = (await shop.customer()).token;
  const order = (headers: Record<string, string>) =>
    shop.api.call('POST', '/api/v1/orders', {
      token,
      body: { items: [{ productId: product.body.id, quantity: 1 }] },
      headers,
    });
  const placed = await order({ traceparent: `00-${traceId}-${callerSpanId}-01`, 'x-request-id': 'traced' });
  assert.equal(placed.status, 201);
  assert.equal((await order({ traceparent: `00-${'d'.repeat(32)}-${callerSpanId}-00` })).status, 201);
  const failing = 'e'.repeat(32);
  await shop.database.stop();
  assert.equal((await order({ traceparent: `00-${failing}-${callerSpanId}-01` })).status, 503);
  // They send what is left before they end.
  await Promise.all(names.map((name) => shop.processes[name].stop('SIGTERM')));
  for (const name of names) assert.ok(loadsOpenTelemetry(shop.processes[name].log), name);

  const atGateway = spanOf('gateway', 'POST /api/v1/orders');
  const toOrder = spanOf('gateway', 'POST order');
  const atOrder = spanOf('order', 'POST /api/v1/orders');
  const toProduct = spanOf('order', 'POST product');
  const atProduct = spanOf('product', 'POST /internal/v1/reservations');
  const chain = [atGateway, toOrder, atOrder, toProduct, atProduct];
  assert.deepEqual(
    chain.map(({ kind }) => kind),
    ['server', 'client', 'server', 'client', 'server'],
  );
  assert.deepEqual(
    chain.map(({ parentSpanId }) => parentSpanId),
    [callerSpanId, ...chain.slice(0, -1).map(({ spanId }) => spanId)],
  );
  assert.deepEqual(placed.headers.get('traceparent'), `00-${traceId}-${atGateway.spanId}-01`);
  assert.deepEqual(
    [atOrder.attributes['http.route'], atOrder.attributes['http.response.status_code'], atOrder.isError],
    ['/api/v1/orders', 201, false],
  );
  assert.equal(atProduct.attributes['http.request.header.x-request-id'], 'traced');

  for (const [service, parent] of [
    ['order', atOrder],
    ['product', atProduct],
  ] as const) {
    const statements = collector.spans.filter(
      (span) => span.traceId === traceId && span.service === service && 'db.query.text' in span.attributes,
    );
    assert.ok(statements.some(({ name }) => name === 'INSERT') || statements.some(({ name }) => name === 'WITH'));
    for (const { parentSpanId, attributes } of statements) {
      assert.equal(parentSpanId, parent.spanId);
      assert.doesNotMatch(String(attributes['db.query.text']), new RegExp(`${product.body.id}|${placed.body.id}`));
    }
  }
  const logged = shop.processes.order.log.split('\n').find((line) => line.includes('"requestId":"traced"')) ?? '{}';
  assert.equal((JSON.parse(logged) as { spanId?: string }).spanId, atOrder.spanId);

  assert.deepEqual(
    collector.spans.filter((span) => span.traceId === 'd'.repeat(32)),
    [],
    'a trace that the caller does not sample',
  );
  const failed = spanOf('order', 'POST /api/v1/orders', failing);
  assert.ok(failed.isError);
  assert.match(failed.exceptions.join(), /DatabaseUnavailable|does not answer/);
  assert.ok(spanOf('gateway', 'POST /api/v1/orders', failing).isError);
  const background = collector.spans.filter(({ parentSpanId, kind }) => parentSpanId === '' && kind === 'client');
  assert.deepEqual([...new Set(background.map(({ name }) => name))], ['GET user'], 'only keys are fetched for nobody');
});
