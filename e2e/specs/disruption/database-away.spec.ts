import { expectProblem } from '../../support/expect-problem.ts';
import { kubectl } from '../../support/kubectl.ts';
import { pods, restarts } from '../../support/pods.ts';
import { expect, test } from '../../support/test.ts';

type Slices = { items: { endpoints?: { conditions: { ready?: boolean } }[] }[] };

test.afterEach(async () => {
  await kubectl(['scale', 'statefulset/order-db', '--replicas=1']);
  await kubectl(['rollout', 'status', 'statefulset/order-db', '--timeout=90s'], 100_000);
  await expect.poll(() => readyEndpoints('order'), { timeout: 60_000 }).toBeGreaterThan(0);
});

test('without its database a service leaves the endpoints, keeps running and comes back', async ({
  api,
  shop,
  customer: { token },
}) => {
  const product = await shop.product({ stock: 10 });
  const order = await shop.order(token, [{ productId: product.id, quantity: 1 }]);
  const before = await pods('order');

  await kubectl(['scale', 'statefulset/order-db', '--replicas=0']);
  await kubectl(['wait', '--for=delete', 'pod/order-db-0', '--timeout=90s'], 100_000);
  await expect.poll(() => readyEndpoints('order'), { timeout: 60_000 }).toBe(0);

  // The client's own bound turns an answer that never comes into a failure.
  expectProblem(await api.get('/api/v1/orders', { token }), 503);
  expectProblem(await shop.tryOrder(token, [{ productId: product.id, quantity: 1 }]), 503);
  expect((await api.get(`/api/v1/products/${product.id}`)).status, 'the others serve').toBe(200);
  expect((await api.get('/api/v1/users/me', { token })).status, 'the others serve').toBe(200);
  expect((await api.get('/healthz')).status, 'the gateway is well').toBe(200);

  await kubectl(['scale', 'statefulset/order-db', '--replicas=1']);
  await kubectl(['rollout', 'status', 'statefulset/order-db', '--timeout=90s'], 100_000);
  await expect.poll(() => readyEndpoints('order'), { timeout: 60_000 }).toBeGreaterThan(0);
  const read = () => api.get(`/api/v1/orders/${order.id}`, { token });
  await expect.poll(async () => (await read()).status, { timeout: 30_000 }).toBe(200);
  expect((await read()).body).toEqual(order);

  const after = await pods('order');
  expect(after.map(({ metadata }) => metadata.uid).sort()).toEqual(before.map(({ metadata }) => metadata.uid).sort());
  expect(restarts(after)).toBe(restarts(before));
});

async function readyEndpoints(service: string): Promise<number> {
  const selector = `kubernetes.io/service-name=${service}`;
  const slices = JSON.parse(await kubectl(['get', 'endpointslices', '--selector', selector, '-o', 'json'])) as Slices;
  return slices.items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready).length;
}
