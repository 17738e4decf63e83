import { test as base } from '@playwright/test';
import { createApiClient, createShopClient, type ApiClient, type Customer, type ShopClient } from '@shop/client';
import { adminCredentials } from './admin-credentials.ts';
import { target } from './target.ts';

type Fixtures = { newUser: Customer };
type WorkerFixtures = { api: ApiClient; shop: ShopClient; adminToken: string; customer: Customer; otherUser: Customer };

/** Below a test's own limit, so that a request that is never answered is named. */
const timeoutMs = 15_000;

/**
 * Playwright's test with the shop at hand. `customer` and `otherUser` are two users that a worker's tests share, because
 * hashing passwords is slow on purpose; `newUser` is for those that need someone without a past.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  api: [async ({}, use) => use(createApiClient(target.gatewayUrl, { timeoutMs })), { scope: 'worker' }],
  adminToken: [
    async ({ api }, use) => use(await createShopClient(api, adminCredentials()).adminToken()),
    { scope: 'worker' },
  ],
  shop: [async ({ api, adminToken }, use) => use(createShopClient(api, async () => adminToken)), { scope: 'worker' }],
  customer: [async ({ shop }, use) => use(await shop.customer()), { scope: 'worker' }],
  otherUser: [async ({ shop }, use) => use(await shop.customer()), { scope: 'worker' }],
  newUser: async ({ shop }, use) => use(await shop.customer()),
});

export { expect } from '@playwright/test';
