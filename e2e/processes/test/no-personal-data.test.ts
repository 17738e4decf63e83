import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rawRequest } from '@slipway/testing/http';
import { startShop, type Shop } from '@slipway/testing/processes';

const names = ['gateway', 'user', 'product', 'order'] as const;
/** In every address that is planted: in local part or domain, never in what a client may choose as an id. */
const mark = 'planted';
const password = 'correct horse battery';

let shop: Shop;
before(async () => {
  shop = await startShop({ LOG_LEVEL: 'trace' });
});
after(() => shop.stop());

test('no address that clients bring, wherever they put it, is in the log of a service or of the database', async () => {
  const { api } = shop;
  const register = (body: unknown, headers: Record<string, string> = {}) =>
    api.call('POST', '/api/v1/users', { body, headers });
  const signIn = (body: unknown) => api.call('POST', '/api/v1/sessions', { body });
  const statuses = new Map<number, number>();
  const count = async (...answers: Promise<{ status: number }>[]) => {
    for (const { status } of await Promise.all(answers)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };

  const forms = [
    `${mark}@example.com`,
    `${mark}@localhost`,
    `o'${mark}@bücher.example`,
    `用户.${mark}@例え.テスト`,
    `a@${mark}.हिन्दी.भारत`,
  ];
  for (const email of forms) {
    await count(register({ email, password, name: 'A' }));
    // Taken, by turns and at once.
    await count(register({ email: email.toUpperCase(), password, name: 'A' }));
    await count(...[1, 2].map(() => register({ email: `at-once.${email}`, password, name: 'A' })));
    await count(signIn({ email, password }), signIn({ email, password: 'not the password' }));
    await count(signIn({ email: `unknown.${email}`, password }));
  }
  for (let n = 0; n < 11; n++) await count(signIn({ email: `limit.${mark}@example.com`, password }));

  // Invalid, too long, of the wrong type, in the wrong place, in the wrong encoding.
  const wrong = [
    `<${mark}@example.com>`,
    `${mark}@-`,
    `${mark}@${'x'.repeat(300)}.com`,
    { [`${mark}@example.com`]: 1 },
  ];
  for (const email of wrong) await count(register({ email, password, name: 'A' }), signIn({ email, password }));
  await count(register({ email: forms[0], password: `${mark}@example.com`, name: 'A', [`${mark}@example.com`]: 1 }));
  await count(register({ email: forms[0], password, name: `${mark}@example.com`.repeat(20) }));
  await count(register(`{"email":"${mark}@example.com"`), register(`${mark}@example.com`));
  await count(register(`{"email":"${mark}@example.com\\u0000","password":"x","name":"\\ud800"}`));
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', `application/json; of=${mark}@example.com`])
    await count(register(`email=${mark}@example.com`, { 'content-type': type }));

  // In URLs.
  const encoded = encodeURIComponent(`${mark}@example.com`);
  for (const path of [
    `/api/v1/users/${encoded}`,
    `/api/v1/users?email=${encoded}`,
    `/api/v1/sessions?email=${mark}@example.com`,
    `/api/v1/products?q=${encoded}`,
    `/api/v1/products?cursor=${encoded}`,
    `/api/v1/products/${encoded}`,
    `/api/v1/products/${mark}@example.com%zz`,
    `/api/v1/products?q=%zz${mark}@example.com`,
    `/internal/v1/reservations/${encoded}`,
    `/${mark}@example.com`,
    `/openapi.json?for=${mark}@example.com`,
    `/healthz?for=${mark}@example.com`,
  ])
    for (const method of ['GET', 'DELETE']) await count(api.call(method, path));

  // In headers, and in an order.
  const headers = Object.fromEntries(
    [
      'user-agent',
      'referer',
      'from',
      'cookie',
      'x-request-id',
      'traceparent',
      'tracestate',
      'x-forwarded-for',
      'accept',
    ]
      .concat('forwarded', 'x-client-address', 'x-service-key', 'if-none-match', 'origin', 'idempotency-key')
      .map((name) => [name, `${mark}@example.com`]),
  );
  for (const path of ['/api/v1/products', '/api/v1/nothing', '/healthz'])
    await count(api.call('GET', path, { headers }));
  await count(api.call('GET', '/api/v1/users/me', { token: `${mark}@example.com` }));
  const token = (await shop.customer()).token;
  const items = [{ productId: '01935a5d-ac96-774b-8cce-b302099a8057', quantity: 1 }];
  await count(...[1, 2].map(() => api.call('POST', '/api/v1/orders', { token, body: { items }, headers })));
  await count(api.call('POST', '/api/v1/orders', { token, body: { items: `${mark}@example.com` }, headers }));

  // In what the HTTP parser refuses, at the gateway and at the service itself.
  for (const name of ['gateway', 'user'] as const)
    for (const text of [
      `GET /?email=${mark}@example.com HTTP/9.9\r\nhost: x\r\n\r\n`,
      `${mark}@example.com / HTTP/1.1\r\n\r\n`,
      `GET / HTTP/1.1\r\n${mark}@example.com\r\n\r\n`,
      `POST /api/v1/users HTTP/1.1\r\nhost: x\r\ncontent-length: x${mark}@example.com\r\n\r\n`,
    ])
      await rawRequest(shop.ports[name].port, text);

  // Every way of an address has been gone.
  for (const status of [200, 201, 400, 401, 404, 405, 409, 415, 422, 429])
    assert.ok(statuses.has(status), String(status));
  assert.ok(![...statuses.keys()].some((status) => status >= 500), JSON.stringify([...statuses]));

  const databaseLog = await shop.database.readLog();
  for (const name of names) await shop.processes[name].stop('SIGTERM');
  const logs = { ...Object.fromEntries(names.map((name) => [name, shop.processes[name].log])), databaseLog };
  for (const [name, log] of Object.entries(logs)) {
    assert.ok(log.length > 100, `${name} has no log`);
    const line = log.split('\n').find((text) => text.toLowerCase().includes(mark) || text.includes('rawPacket'));
    assert.equal(line, undefined, `${name} logs what a client brought`);
  }
  assert.doesNotMatch(databaseLog, /ERROR/);
});
