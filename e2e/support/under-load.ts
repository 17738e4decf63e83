import { createApiClient, createShopClient } from '@shop/client';
import { expect } from '@playwright/test';
import {
  describeFailures,
  duringLoad,
  percentile,
  startShopLoad,
  type LoadFailure,
  type LoadReport,
  type ShopLoad,
} from '@slipway/testing/load';
import { adminCredentials } from './admin-credentials.ts';
import { target } from './target.ts';

/** Light on purpose: the question is whether the fault shows, not how much two cores carry meanwhile. */
const lightPerSecond = 20;

export type LoadedReport = LoadReport & { startedAt: number };

/** Reads and orders at the target, in a steady stream. */
export function startLoad(adminToken: string, perSecond: number, url = target.gatewayUrl): Promise<ShopLoad> {
  const shop = createShopClient(createApiClient(url), adminCredentials());
  return startShopLoad({ url, shop, adminToken, perSecond });
}

/**
 * The load while `disrupt` does its work. What failed is in the report; what must hold of orders and stock has been
 * asserted.
 */
export async function underLoad(adminToken: string, disrupt: () => Promise<void>): Promise<LoadedReport> {
  const load = await startLoad(adminToken, lightPerSecond);
  const startedAt = performance.now();
  const { report } = await duringLoad(load, disrupt);
  const p99 = percentile(report.durations, 0.99);
  console.log(`  ${report.sent} requests, ${report.failures.length} failed, p99 ${p99.toFixed(0)} ms`);
  return { ...report, startedAt };
}

/** Asserts that there are none, with what they were. */
export function expectNone(failures: readonly LoadFailure[], { startedAt }: LoadedReport, message: string): void {
  expect(describeFailures(failures.slice(0, 10), startedAt), `${message}: ${failures.length}, the first of them`).toBe(
    '',
  );
}
