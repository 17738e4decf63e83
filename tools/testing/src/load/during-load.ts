import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadReport } from './open-loop.ts';
import type { ShopLoad } from './shop-load.ts';

/** Of load alone, before the work and after it, ms. */
const CALM_MS = 1500;

/**
 * Does `work` in the middle of `load`, which ends with it. Answers what the work answered and what came of the load; what
 * must hold of orders and stock has been asserted.
 */
export async function duringLoad<Result>(
  load: ShopLoad,
  work: () => Promise<Result>,
): Promise<{ result: Result; report: LoadReport }> {
  let result: Result;
  try {
    await sleep(CALM_MS);
    result = await work();
    await sleep(CALM_MS);
  } catch (error) {
    await load.stop();
    throw error;
  }
  return { result, report: await load.settle() };
}
