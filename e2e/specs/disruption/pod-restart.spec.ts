import { kubectl } from '../../support/kubectl.ts';
import { pods } from '../../support/pods.ts';
import { services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';
import { untilOrdersWork } from '../../support/until-orders-work.ts';

test.afterEach(async () => {
  for (const service of services) await kubectl(['rollout', 'status', `deploy/${service}`, '--timeout=60s'], 70_000);
});

test('after every service’s pod is replaced tokens are good, data is there and requests work', async ({
  api,
  shop,
  customer: { token, user },
}) => {
  const product = await shop.product({ stock: 10 });
  const order = await shop.order(token, [{ productId: product.id, quantity: 1 }]);
  const before = await pods();

  const selector = `app.kubernetes.io/name in (${services.join(',')})`;
  await kubectl(['delete', 'pods', '--selector', selector, '--timeout=60s'], 70_000);
  for (const service of services) await kubectl(['rollout', 'status', `deploy/${service}`, '--timeout=60s'], 70_000);

  const known = new Set(before.map(({ metadata }) => metadata.uid));
  for (const service of services) {
    for (const { metadata } of await pods(service)) expect(known, metadata.name).not.toContain(metadata.uid);
  }
  // Ready pods and the node's routes to them are two things; the second follows in its own time, from each gateway.
  const paths = [`/api/v1/orders/${order.id}`, '/api/v1/users/me', `/api/v1/products/${product.id}`];
  const status = async (path: string) => (await api.get(path, { token }).catch(() => undefined))?.status;
  const looks = [...paths, ...paths, ...paths, ...paths];
  await expect.poll(async () => [...new Set(await Promise.all(looks.map(status)))]).toEqual([200]);
  expect((await api.get(`/api/v1/orders/${order.id}`, { token })).body).toEqual(order);
  expect((await api.get('/api/v1/users/me', { token })).body).toEqual(user);
  await untilOrdersWork(shop, token);
  await shop.order(token, [{ productId: product.id, quantity: 2 }]);
  expect(await shop.stock(product.id)).toBe(7);
});
