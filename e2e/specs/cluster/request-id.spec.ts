import { randomBytes } from 'node:crypto';
import { logOf, logOfRequest } from '../../support/service-log.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

test('an order’s request id and trace id are in the logs of every service it crossed', async ({
  api,
  shop,
  customer: { token },
}) => {
  const { id: productId } = await shop.product();
  const requestId = unique('e2e');
  const traceId = randomBytes(16).toString('hex');
  const headers = { 'x-request-id': requestId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
  const me = await api.get('/api/v1/users/me', { token, headers });
  const order = await shop.tryOrder(token, [{ productId, quantity: 1 }], headers);
  expect([me.status, order.status]).toEqual([200, 201]);

  for (const service of ['gateway', 'user', 'order', 'product']) {
    // kubectl reads what the kubelet has written by now, and refuses while a pod of the service only starts.
    await expect(async () => {
      const line = expect.objectContaining({ service, requestId, traceId });
      expect(await logOfRequest(service, requestId), `what ${service} logs`).toContainEqual(line);
    }).toPass({ timeout: 20_000 });
  }
});

test('who knows nothing but an order’s id finds its request, its one trace and who asked', async ({
  shop,
  customer: { token, user },
}) => {
  const { id: productId } = await shop.product();
  const { id: orderId } = await shop.order(token, [{ productId, quantity: 1 }]);
  const found = async (service: string) => {
    const line = (await logOf(service)).find((other) => other.orderId === orderId);
    expect(line, `a line of ${service} that names the order`).toBeDefined();
    return line!;
  };
  await expect(async () => {
    const atOrder = await found('order');
    const atProduct = await found('product');
    const { requestId = '', traceId } = atOrder;
    expect(atOrder.userId).toBe(user.id);
    expect(atProduct).toMatchObject({ requestId, traceId });
    const line = expect.objectContaining({ requestId, traceId, userId: user.id });
    expect(await logOfRequest('gateway', requestId)).toContainEqual(line);
  }).toPass({ timeout: 20_000 });
});

test('no log holds a password or a token', async ({ api }) => {
  const requestId = unique('e2e');
  const password = unique('password');
  const email = `${unique('secretive')}@shop.example`;
  const headers = { 'x-request-id': requestId };
  await api.post('/api/v1/users', { body: { email, password, name: 'A User' }, headers });
  const session = await api.post<{ accessToken: string }>('/api/v1/sessions', { body: { email, password }, headers });
  const token = session.body.accessToken;
  await api.get('/api/v1/users/me', { token, headers });
  for (const service of ['gateway', 'user']) {
    await expect.poll(async () => (await logOfRequest(service, requestId)).length).toBeGreaterThanOrEqual(3);
    const text = JSON.stringify(await logOfRequest(service, requestId));
    expect(text).not.toContain(password);
    expect(text).not.toContain(token);
  }
});
