import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createApiClient } from '@shop/client';
import { findShop } from '../src/find-shop.ts';
import { productAt } from '../src/products.ts';
import { createSeedApi } from '../src/seed-api.ts';
import { seedProducts } from '../src/seed-products.ts';

test('every product has an sku of its own and keeps the limits of the API', () => {
  const products = Array.from({ length: 1000 }, (_, index) => productAt(index));
  assert.equal(new Set(products.map(({ sku }) => sku)).size, 1000);
  for (const { sku, name, description, priceCents, stock } of products) {
    assert.match(sku, /^[A-Za-z0-9._-]{1,64}$/);
    assert.ok(
      name.length <= 200 && description.length <= 4000 && Number.isInteger(priceCents) && priceCents > 0 && stock >= 0,
    );
  }
  assert.deepEqual(productAt(7), productAt(7));
});

test('what is there already is counted, not added', async () => {
  const taken = new Set([productAt(0).sku, productAt(3).sku]);
  const seen: string[] = [];
  const shop = {
    async addProduct({ sku }: { sku: string }) {
      seen.push(sku);
      return !taken.has(sku);
    },
  };
  assert.deepEqual(await seedProducts(shop, 'token', 10, () => {}), { added: 8, known: 2 });
  assert.equal(new Set(seen).size, 10);
});

test('the first refusal ends it', async () => {
  let calls = 0;
  const shop = {
    async addProduct(): Promise<boolean> {
      calls += 1;
      throw new Error('refused');
    },
  };
  await assert.rejects(
    seedProducts(shop, 'token', 1000, () => {}),
    /refused/,
  );
  assert.ok(calls <= 4);
});

test('the environment names address and admin before any file or cluster does', async () => {
  const admin = { email: 'a@shop.example', password: 'secret' };
  const environment = { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, GATEWAY_URL: 'http://127.0.0.1:4' };
  const local = await findShop({ isKind: false, context: undefined }, environment);
  assert.deepEqual(local, { gatewayUrl: 'http://127.0.0.1:4', admin, startCommand: 'npm start' });
  // A kubeconfig that cannot be asked shows that nothing asks it.
  const { KUBECONFIG } = process.env;
  process.env.KUBECONFIG = '/nonexistent';
  const inCluster = await findShop({ isKind: true, context: undefined }, environment);
  assert.deepEqual(inCluster, { gatewayUrl: 'http://127.0.0.1:4', admin, startCommand: 'npm run up' });
  await assert.rejects(findShop({ isKind: false, context: 'kind-two' }, {}), {
    name: 'UserError',
    message: /no context "kind-two"/,
    hint: 'npm run cluster -- up --name two',
  });
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
});

test('without a stack the hint is the command that starts it', async () => {
  const url = 'http://127.0.0.1:1';
  const shop = createSeedApi(createApiClient(url), url, 'npm start');
  await assert.rejects(shop.signIn({ email: 'a', password: 'b' }), { name: 'UserError', hint: 'npm start' });
});

test('what answers, but not as the shop does, is named as such', async (t) => {
  let text = '';
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(text),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const shop = createSeedApi(createApiClient(url), url, 'npm start');
  for (text of ['{"cut', 'null', '', '"words"'])
    await assert.rejects(shop.signIn({ email: 'a', password: 'b' }), {
      message: /is not the shop/,
      hint: /GATEWAY_URL/,
    });
});
