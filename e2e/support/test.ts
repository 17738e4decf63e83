import { test as base } from '@playwright/test';
import { adminCredentials } from './admin-credentials.ts';
import { Api } from './api.ts';
import { Shop, signIn, type Customer } from './shop.ts';
import { target } from './target.ts';

type Fixtures = { api: Api; shop: Shop; newUser: Customer };
type WorkerFixtures = { workerShop: Shop; adminToken: string; customer: Customer; otherUser: Customer };

/**
 * Playwright's test with the shop at hand. `customer` and `otherUser` are two users that a worker's tests share, because
 * hashing passwords is slow on purpose; `newUser` is for those that need someone without a past.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  workerShop: [
    async ({ playwright }, use) => {
      const request = await playwright.request.newContext({ baseURL: target.gatewayUrl });
      const api = new Api(request);
      await use(new Shop(api, await signIn(api, adminCredentials())));
      await request.dispose();
    },
    { scope: 'worker' },
  ],
  adminToken: [async ({ workerShop }, use) => use(workerShop.adminToken), { scope: 'worker' }],
  customer: [async ({ workerShop }, use) => use(await workerShop.customer()), { scope: 'worker' }],
  otherUser: [async ({ workerShop }, use) => use(await workerShop.customer()), { scope: 'worker' }],
  api: async ({ request }, use) => use(new Api(request)),
  shop: async ({ api, adminToken }, use) => use(new Shop(api, adminToken)),
  newUser: async ({ shop }, use) => use(await shop.customer()),
});

export { expect } from '@playwright/test';
