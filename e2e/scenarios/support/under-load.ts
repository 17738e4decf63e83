import assert from 'node:assert/strict';
import { describeFailures, duringLoad, startShopLoad, type LoadReport } from '@slipway/testing/load';
import { gatewayUrl } from './gateway.ts';
import { shop } from './shop.ts';

const perSecond = 20;

/** What came of the load, and what `work` answered. What must hold of orders and stock has been asserted. */
export async function underLoad<Result>(work: () => Promise<Result>): Promise<{ result: Result; report: LoadReport }> {
  const load = await startShopLoad({ url: await gatewayUrl(), shop, adminToken: await shop.adminToken(), perSecond });
  return duringLoad(load, work);
}

/** The same for work that no client may feel. */
export async function unfelt<Result>(work: () => Promise<Result>): Promise<Result> {
  const since = performance.now();
  const { result, report } = await underLoad(work);
  const { sent, failures } = report;
  console.log(`${sent} requests meanwhile, ${failures.length} failed`);
  assert.equal(describeFailures(failures.slice(0, 10), since), '', `${failures.length} requests failed meanwhile`);
  return result;
}
