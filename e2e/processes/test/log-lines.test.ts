import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startShop, type ServiceName, type Shop } from '@slipway/testing/processes';
import { Compile } from 'typebox/schema';

import { loadsOpenTelemetry, reportOpenTelemetry } from './support/report-opentelemetry.ts';

type Line = { service: string; msg: string; [field: string]: unknown };

const names = ['gateway', 'user', 'product', 'order'] as const;
const schema = JSON.parse(
  readFileSync(new URL('../../../docs/log-line.schema.json', import.meta.url), 'utf8'),
) as object;

let shop: Shop;
before(async () => {
  shop = await startShop(reportOpenTelemetry);
});
after(() => shop.stop());

const linesOf = (service: ServiceName): Line[] =>
  shop.processes[service].log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** The gateway collects its lines for a moment; the test runner's own limit is the deadline. */
async function finished(service: ServiceName, requestId: string): Promise<Line> {
  while (true) {
    const line = linesOf(service).find((other) => other.requestId === requestId && other.msg === 'request finished');
    if (line !== undefined) return line;
    await sleep(20);
  }
}

test('one order is found by its id, with one trace id, who asked, and where the time went', async () => {
  const admin = await shop.adminToken();
  const body = { sku: 'log', name: 'Thing', priceCents: 100, currency: 'EUR', stock: 5 };
  const product = await shop.api.call('POST', '/api/v1/products', { token: admin, body });
  const token = (await shop.customer()).token;
  const headers = { 'x-request-id': 'one-order' };
  const items = [{ productId: product.body.id, quantity: 1 }];
  const order = await shop.api.call('POST', '/api/v1/orders', { token, body: { items }, headers });
  const me = await shop.api.call('GET', '/api/v1/users/me', { token });

  const at = {
    gateway: await finished('gateway', 'one-order'),
    order: await finished('order', 'one-order'),
    product: await finished('product', 'one-order'),
  };
  assert.equal(new Set(Object.values(at).map(({ traceId }) => traceId)).size, 1);
  assert.deepEqual([at.gateway.route, at.order.route], ['/api/v1/orders', '/api/v1/orders']);
  assert.deepEqual([at.order.orderId, at.product.orderId], [order.body.id, order.body.id]);
  assert.deepEqual([at.gateway.userId, at.order.userId], [me.body.id, me.body.id]);
  const waited = (line: Line) => line.waitedMs as Record<string, number>;
  assert.deepEqual(Object.keys(waited(at.gateway)), ['order']);
  // The first request of a process may also wait for the user service's keys.
  for (const name of ['database', 'product']) assert.ok(waited(at.order)[name]! > 0, name);
  assert.ok(waited(at.product).database! > 0);
  assert.ok(waited(at.gateway).order! <= Number(at.gateway.durationMs));
  assert.ok(waited(at.order).product! <= waited(at.gateway).order!);
});

test('every line of every service is as docs/log-line.schema.json says; probes are quiet; no secret and no email is in them', async () => {
  const password = 'a-password-to-look-for';
  const email = 'looked.for@example.com';
  const token = (await shop.customer()).token;
  await shop.api.call('POST', '/api/v1/users', { body: { email, password, name: 'A' } });
  await shop.api.call('POST', '/api/v1/users', { body: { email, password, name: 'A' } });
  await shop.api.call('POST', '/api/v1/sessions', { body: { email, password: `${password}-not` } });
  for (const { management } of Object.values(shop.ports)) {
    const url = `http://127.0.0.1:${management}`;
    for (const path of ['healthz', 'healthz/live', 'metrics']) await (await fetch(`${url}/${path}`)).text();
    const change = { method: 'PUT', body: JSON.stringify({ level: 'trace', forSeconds: 600 }) };
    assert.equal((await fetch(`${url}/log-level`, change)).status, 200);
  }
  await shop.api.call('GET', `/%ff/${password}`);
  // Faults: the order service without the product service, all without their database.
  await shop.processes.product.stop('SIGTERM');
  const items = [{ productId: '00000000-0000-7000-8000-000000000000', quantity: 1 }];
  await shop.api.call('POST', '/api/v1/orders', { token, body: { items } });
  await shop.database.stop();
  await shop.api.call('GET', '/api/v1/orders', { token, headers: { 'x-request-id': 'no-database' } });
  const failed = await finished('gateway', 'no-database');
  assert.deepEqual([failed.level, failed.status], ['warn', 503]);
  const causes = linesOf('order').filter(({ requestId, err }) => requestId === 'no-database' && err !== undefined);
  assert.ok(causes.length > 0, 'the cause of a 503 is logged under the request');
  await Promise.all(names.map((name) => shop.processes[name].stop('SIGTERM')));

  const validator = Compile(schema);
  const levels = new Set<unknown>();
  for (const name of names) {
    const lines = linesOf(name);
    assert.ok(lines.length > 3);
    for (const line of lines) {
      assert.ok(validator.Check(line), `${JSON.stringify(line)}\n${JSON.stringify(validator.Errors(line))}`);
      assert.equal(line.service, name);
      assert.doesNotMatch(String(line.route ?? ''), /healthz|metrics/);
      levels.add(line.level);
    }
    const { log } = shop.processes[name];
    assert.ok(!loadsOpenTelemetry(log), `${name} loads OpenTelemetry although it has no collector`);
    for (const hidden of [password, email, token, 'u'.repeat(32), 'p'.repeat(32), 'postgres://postgres:'])
      assert.ok(!log.includes(hidden), `${name} logs ${hidden}`);
  }
  assert.ok(levels.has('error') && levels.has('warn') && levels.has('info'));
});
