import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRandom, ordersUnderOutages, startShop, type Shop } from '@slipway/testing/processes';
import { StockLedger } from '@slipway/testing/shop';

let shop: Shop;
let adminToken: string;
before(async () => {
  // Outages shorter and longer than the gateway's patience: it answers 503 to what it cannot know.
  shop = await startShop({ UPSTREAM_TIMEOUT_MS: '4000' });
  adminToken = await shop.adminToken();
});
after(() => shop.stop());

for (const victim of ['order', 'product'] as const) {
  test(`500 orders while ${victim} is killed at random: every answer stays true and stock adds up`, async (t) => {
    const random = createRandom();
    t.diagnostic(`SEED=${random.seed}`);
    const ledger = await StockLedger.open(shop, adminToken, [5000, 5000, 20]);
    await ordersUnderOutages({ shop, ledger, random, orders: 500, victim, apart: 30, downMs: 8000 });
    t.diagnostic(ledger.summary());
    await ledger.assertSettled();
    assert.ok(
      ledger.outcomes.includes('201') && new Set(ledger.outcomes).size > 1,
      'the kills were felt, and survived',
    );
  });
}
