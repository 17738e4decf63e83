import { after, before, test } from 'node:test';
import { createRandom, ordersUnderOutages, startShop, type Shop } from '@slipway/testing/processes';
import { StockLedger } from '@slipway/testing/shop';

let shop: Shop;
let adminToken: string;
before(async () => {
  shop = await startShop();
  adminToken = await shop.adminToken();
});
after(() => shop.stop());

// The same with 500 orders and longer outages: test-long/crash.test.ts.
for (const victim of ['order', 'product'] as const) {
  test(`${victim} is killed again and again: every answer stays true and stock adds up`, async (t) => {
    const random = createRandom();
    t.diagnostic(`SEED=${random.seed}`);
    const ledger = await StockLedger.open(shop, adminToken, [5000, 5000, 20]);
    await ordersUnderOutages({ shop, ledger, random, orders: 100, victim, apart: 30, downMs: 300 });
    t.diagnostic(ledger.summary());
    await ledger.assertSettled();
  });
}
