import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@playwright/test';
import { startOpenLoop } from './open-loop.ts';
import type { Customer, Shop } from './shop.ts';
import { target } from './target.ts';

/** Light on purpose: the question is whether the handing-over is clean, not how much two cores carry meanwhile. */
const perSecond = 20;
const stock = 1_000_000;
const calmMs = 1500;

/** Reads and orders in a steady stream while `disrupt` does its work. None of them may fail, and the stock adds up. */
export async function underLoad(shop: Shop, { token }: Customer, disrupt: () => Promise<void>): Promise<void> {
  const { id: productId } = await shop.product({ stock });
  const headers = { authorization: `Bearer ${token}` };
  const requests = [
    { method: 'GET', path: '/api/v1/products?limit=1', expected: 200 },
    { method: 'GET', path: `/api/v1/products/${productId}`, expected: 200 },
    { method: 'GET', path: '/api/v1/users/me', headers, expected: 200 },
    { method: 'GET', path: '/api/v1/orders?limit=1', headers, expected: 200 },
    { method: 'POST', path: '/api/v1/orders', headers, json: { items: [{ productId, quantity: 1 }] }, expected: 201 },
  ] as const;
  let turn = 0;
  let orders = 0;
  const stop = startOpenLoop({
    baseUrl: target.gatewayUrl,
    perSecond,
    next() {
      const next = requests[turn++ % requests.length] ?? requests[0];
      if (next.method === 'POST') orders += 1;
      return next;
    },
  });
  try {
    await sleep(calmMs);
    await disrupt();
    await sleep(calmMs);
  } finally {
    const { sent, failures } = await stop();
    console.log(`  ${sent} requests, ${failures.length} failed`);
    expect(failures.slice(0, 10), `${failures.length} of ${sent} requests failed, the first of them`).toEqual([]);
  }
  expect(await shop.stock(productId)).toBe(stock - orders);
}
