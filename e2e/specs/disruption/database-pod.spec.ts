import { kubectl } from '../../support/kubectl.ts';
import { pods, restarts } from '../../support/pods.ts';
import { databaseOwners } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';
import { untilOrdersWork } from '../../support/until-orders-work.ts';

const databases = databaseOwners.map((owner) => `${owner}-db`);

const databasesReady = async () => {
  for (const name of databases) await kubectl(['rollout', 'status', `statefulset/${name}`, '--timeout=90s'], 100_000);
};

test.afterEach(databasesReady);

test('data survives the deletion of every database pod', async ({ api, shop, customer: { token, user } }) => {
  const product = await shop.product({ stock: 10 });
  const order = await shop.order(token, [{ productId: product.id, quantity: 4 }]);
  const before = await pods();
  const ofServices = async () => (await Promise.all(databaseOwners.map((owner) => pods(owner)))).flat();
  const restartsBefore = restarts(await ofServices());

  await kubectl(['delete', 'pods', ...databases.map((name) => `${name}-0`), '--timeout=90s'], 100_000);
  await databasesReady();

  const known = new Set(before.map(({ metadata }) => metadata.uid));
  for (const name of databases) {
    for (const { metadata } of await pods(name)) expect(known, metadata.name).not.toContain(metadata.uid);
  }
  const read = (path: string) => api.get(path, { token });
  for (const path of ['/api/v1/users/me', `/api/v1/products/${product.id}`, `/api/v1/orders/${order.id}`]) {
    await expect.poll(async () => (await read(path)).status, { message: path, timeout: 60_000 }).toBe(200);
  }
  expect((await read('/api/v1/users/me')).body).toEqual(user);
  expect((await read(`/api/v1/orders/${order.id}`)).body).toEqual(order);
  expect(await shop.stock(product.id)).toBe(6);
  await untilOrdersWork(shop, token);
  await shop.order(token, [{ productId: product.id, quantity: 6 }]);
  expect(restarts(await ofServices()), 'restarts of the services').toBe(restartsBefore);
});
