import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '@slipway/testing/http';
import { startDatabaseTap, type DatabaseTap } from '@slipway/testing/postgres';
import { createRandom, startShop, type Random, type ServiceName, type Shop } from '@slipway/testing/processes';
import { StockLedger } from '@slipway/testing/shop';

/** As many answers as a database gives during one order; beyond them nothing is killed. */
const steps = 16;
/** The gateway's; outages are shorter and longer. */
const patienceMs = 3000;

const taps = new Map<ServiceName, DatabaseTap>();
let shop: Shop;
let adminToken: string;
before(async () => {
  shop = await startShop({ UPSTREAM_TIMEOUT_MS: String(patienceMs) }, async (name, databaseUrl) => {
    const tap = await startDatabaseTap(databaseUrl);
    taps.set(name, tap);
    return tap.url;
  });
  adminToken = await shop.adminToken();
});
after(async () => {
  await shop.stop();
  for (const tap of taps.values()) tap.close();
});

/** Kills the service before it hears the answer number `step` of its database, and starts it again some time later. */
async function crashing(
  victim: ServiceName,
  step: number,
  random: Random,
  work: () => Promise<unknown>,
): Promise<void> {
  const tap = taps.get(victim);
  let restarting: Promise<void> | undefined;
  const restart = async () => {
    await shop.processes[victim].stop('SIGKILL');
    await sleep(random.below(2 * patienceMs));
    await shop.processes[victim].start();
  };
  tap?.cutAfter(step, () => void (restarting = restart()));
  await work();
  tap?.disarm();
  await restarting;
}

for (const victim of ['order', 'product'] as const) {
  test(`${victim} crashes between any two steps of an order, its retry and its cancellation`, async (t) => {
    const random = createRandom();
    t.diagnostic(`SEED=${random.seed}`);
    const ledger = await StockLedger.open(shop, adminToken, [1000, 1000]);
    const [one = '', other = ''] = ledger.productIds;
    const items = [
      { productId: one, quantity: 1 },
      { productId: other, quantity: 2 },
    ];
    for (let step = 1; step <= steps; step++) {
      const key = randomUUID();
      let answer: Answer | undefined;
      await crashing(victim, step, random, async () => (answer = await ledger.order(items, key)));
      const isRetried = random.below(2) === 0;
      if (isRetried) answer = await ledger.order(items, key);
      await ledger.assertSettled();
      if (answer?.status !== 201) continue;
      const { id } = answer.body;
      await crashing(victim, step, random, () => ledger.cancel(id));
      if (random.below(2) === 0) await ledger.cancel(id);
      await ledger.assertSettled();
    }
    t.diagnostic(ledger.summary());
  });
}
