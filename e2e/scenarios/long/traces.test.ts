import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterSpans, removeClusterCollector, startClusterCollector } from '../support/collector.ts';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { getObject } from '../support/get-object.ts';
import { api, shop } from '../support/shop.ts';
import { deploy } from '../support/stack.ts';

const OVERLAY = 'deploy/dev/kustomization.yaml';
const BOUND_MS = 60_000;

after(async () => {
  restoreFiles();
  await deploy();
  await removeClusterCollector();
});

test('one line in the overlay, and an order is one trace through every service; without it there is none', async () => {
  await deploy();
  await startClusterCollector();
  editFile(OVERLAY, (text) => text.replace('components:', 'components:\n  - ../components/tracing'));
  await deploy();
  const traceId = await placeOrder();
  await untilTraced(traceId);
  const spans = (await clusterSpans()).filter((span) => span.traceId === traceId);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  assert.deepEqual(
    roots.map(({ service, name, kind }) => `${service} ${kind} ${name}`),
    ['gateway server POST /api/v1/orders'],
    'one tree, and the gateway is its root',
  );

  restoreFiles();
  await deploy();
  assert.equal(await getObject('networkpolicy/traces-out'), undefined, 'pruned');
  const untraced = await placeOrder();
  await sleep(10_000); // Twice as long as a batch of spans waits.
  assert.ok(!(await clusterSpans()).some((span) => span.traceId === untraced));
});

/** Answers the trace's id, which the client chose. */
async function placeOrder(): Promise<string> {
  const { id: productId } = await shop.product({ stock: 5 });
  const { token } = await shop.customer();
  const traceId = crypto.randomUUID().replaceAll('-', '');
  await api.expect(201, 'POST', '/api/v1/orders', {
    body: { items: [{ productId, quantity: 1 }] },
    token,
    headers: { 'idempotency-key': crypto.randomUUID(), traceparent: `00-${traceId}-00000000000000ff-01` },
  });
  return traceId;
}

async function untilTraced(traceId: string): Promise<void> {
  const wanted = ['gateway', 'order', 'product'];
  const deadline = performance.now() + BOUND_MS;
  while (true) {
    const services = new Set(
      (await clusterSpans()).filter((span) => span.traceId === traceId).map(({ service }) => service),
    );
    if (wanted.every((service) => services.has(service))) return;
    assert.ok(
      performance.now() < deadline,
      `spans of ${[...services].join(', ') || 'nobody'} after ${BOUND_MS / 1000} s`,
    );
    await sleep(500);
  }
}
