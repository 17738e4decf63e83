import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Item, StockLedger } from '../shop/stock-ledger.ts';
import type { Random } from './random.ts';
import type { ServiceName, Shop } from './shop.ts';

type Fire = {
  shop: Shop;
  ledger: StockLedger;
  random: Random;
  /** How many requests for an order there will be, retries included. */
  orders: number;
  victim: ServiceName;
  /** Most orders that are confirmed between two kills. */
  apart: number;
  /** Longest time between a kill and the restart, ms; most are restarted at once. */
  downMs: number;
};

const clients = 8;

/**
 * Orders, retries with the same key, orders sent twice at once and cancellations, while one service is killed again and
 * again. When it returns every service runs.
 */
export async function ordersUnderOutages({ shop, ledger, random, orders, victim, apart, downMs }: Fire): Promise<void> {
  let isOver = false;
  const process = shop.processes[victim];

  const confirmed = () => ledger.outcomes.filter((outcome) => outcome === '201').length;

  /** By work done and not by time: a slow machine gets something done between two kills as well. */
  async function kill(): Promise<void> {
    while (!isOver) {
      const next = confirmed() + random.below(apart);
      while (confirmed() < next && !isOver) await sleep(1);
      await process.stop('SIGKILL');
      if (random.below(4) === 0) await sleep(random.below(downMs));
      await process.start();
    }
  }

  async function order(): Promise<void> {
    const productIds = ledger.productIds.filter(() => random.below(2) === 0);
    if (productIds.length === 0) productIds.push(random.pick(ledger.productIds));
    const items: Item[] = productIds.map((productId) => ({ productId, quantity: 1 + random.below(3) }));
    const key = random.below(2) === 0 ? randomUUID() : undefined;
    const send = () => ledger.order(items, key);
    if (key === undefined) return void (await send());
    if (random.below(4) === 0) await Promise.all([send(), send()]);
    for (let answer = await send(), tries = random.below(3); answer.status >= 500 && tries > 0; tries--)
      answer = await send();
  }

  async function client(): Promise<void> {
    while (ledger.outcomes.length < orders) {
      await order();
      const { standing } = ledger;
      if (standing.length > 0 && random.below(5) === 0) await ledger.cancel(random.pick(standing));
    }
  }

  const killing = kill();
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    isOver = true;
    await killing;
  }
}
