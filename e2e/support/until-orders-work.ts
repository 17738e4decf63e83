import type { ShopClient } from '@shop/client';
import { expect } from '@playwright/test';

/** So many at a time that every replica is among those that are asked. */
const AT_ONCE = 4;

/**
 * Waits until orders can be placed again. A pod that is ready and the node's routes to it are two things: what the gateway
 * reaches over a connection that it has kept, another service may not reach yet.
 */
export async function untilOrdersWork(shop: ShopClient, token: string): Promise<void> {
  const { id: productId } = await shop.product({ stock: 1000 });
  const order = async () => (await shop.tryOrder(token, [{ productId, quantity: 1 }])).status;
  await expect
    .poll(async () => [...new Set(await Promise.all(Array.from({ length: AT_ONCE }, order)))], { timeout: 60_000 })
    .toEqual([201]);
}
