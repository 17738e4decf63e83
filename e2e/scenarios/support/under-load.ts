import assert from 'node:assert/strict';
import { describeFailures, duringLoad, startShopLoad, type LoadReport } from '@slipway/testing/load';
import { createShopClient } from '@slipway/testing/shop';
import { gatewayUrl } from './gateway.ts';
import { secretOf } from './shop-client.ts';

const perSecond = 20;

/** What came of the load, and what `work` answered. What must hold of orders and stock has been asserted. */
export async function underLoad<Result>(work: () => Promise<Result>): Promise<{ result: Result; report: LoadReport }> {
  const { ADMIN_EMAIL: email = '', ADMIN_PASSWORD: password = '' } = await secretOf('user');
  const shop = createShopClient(await gatewayUrl(), { email, password });
  const load = await startShopLoad({ shop, adminToken: await shop.adminToken(), perSecond });
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
