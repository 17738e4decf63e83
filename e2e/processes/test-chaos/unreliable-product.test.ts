import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailures, percentile, startShopLoad } from '@slipway/testing/load';
import { startFaultProxy, startShop, type Fault, type FaultProxy, type Shop } from '@slipway/testing/processes';

const perSecond = 20;
const calmMs = 2000;
const faultMs = 20_000;
/** The contract's: when the callee is back, its callers are soon. */
const recoveryMs = 5000;
/** The gateway's deadline, and what a busy machine adds. */
const longestMs = 10_000 + 2000;

let proxy: FaultProxy;
let shop: Shop;
before(async () => {
  proxy = await startFaultProxy();
  shop = await startShop({ PRODUCT_URL: proxy.url });
  await proxy.leadTo(shop.ports.product.port);
});
after(async () => {
  await shop.stop();
  await proxy.close();
});

const faults: [string, Fault][] = [
  ['answers 5 s late', { kind: 'slow', latencyMs: 5000 }],
  ['refuses', { kind: 'refusing' }],
  ['does what it is asked, and its answers are lost', { kind: 'losing-answers' }],
  ['does what it is asked, and its answers break off', { kind: 'breaking-off', bytes: 100 }],
];

for (const [name, fault] of faults) {
  test(`product ${name}: deadlines are kept, others serve on, no stock is taken twice or leaks`, async (t) => {
    const load = await startShopLoad({ url: shop.url, shop, adminToken: await shop.adminToken(), perSecond });
    const since = performance.now();
    let healedAt: number;
    try {
      await sleep(calmMs);
      await proxy.inject(fault);
      await sleep(faultMs);
    } finally {
      await proxy.heal();
      healedAt = performance.now();
    }
    await sleep(recoveryMs + calmMs);
    const { sent, failures } = await load.settle();
    const slowest = percentile(
      failures.map(({ tookMs }) => tookMs),
      1,
    );
    t.diagnostic(
      `${sent} requests, ${failures.length} refused within ${Math.round(slowest)} ms; ${load.ledger.summary()}`,
    );

    const wrong = failures.filter(({ status }) => ![503, 504].includes(status));
    assert.equal(describeFailures(wrong, since), '', 'every refusal is a 503 or 504');
    const others = failures.filter((failure) => ['me', 'orders'].includes(failure.name));
    assert.equal(describeFailures(others, since), '', 'what needs no product serves on');
    assert.ok(
      failures.some((failure) => failure.name === 'order'),
      'the fault was felt',
    );
    assert.ok(slowest < longestMs, `a refusal took ${slowest} ms`);
    const late = failures.filter(({ sentAt }) => sentAt > healedAt + recoveryMs);
    assert.equal(describeFailures(late, since), '', `${recoveryMs} ms after its end nothing is left of it`);
  });
}
