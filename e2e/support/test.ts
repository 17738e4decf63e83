import { test as base } from '@playwright/test';
import { adminCredentials } from './admin-credentials.ts';
import { Api } from './api.ts';
import { Shop, signIn, type Customer } from './shop.ts';
import { target } from './target.ts';

type Fixtures = { api: Api; shop: Shop; customer: Customer };
type WorkerFixtures = { adminToken: string };

/** Playwright's test with the shop at hand. `customer` is new for every test. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  adminToken: [
    async ({ playwright }, use) => {
      const request = await playwright.request.newContext({ baseURL: target.gatewayUrl });
      await use(await signIn(new Api(request), await adminCredentials()));
      await request.dispose();
    },
    { scope: 'worker' },
  ],
  api: async ({ request }, use) => use(new Api(request)),
  shop: async ({ api, adminToken }, use) => use(new Shop(api, adminToken)),
  customer: async ({ shop }, use) => use(await shop.customer()),
});

export { expect } from '@playwright/test';
