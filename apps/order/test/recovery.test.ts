import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem } from '@slipway/testing/http';
import pg from 'pg';
import { gatewayKey, startOrderShop, type OrderShop, type Replica } from './start-order-service.ts';

let shop: OrderShop;
let replica: Replica;
before(async () => {
  shop = await startOrderShop();
  replica = await shop.startReplica();
});
after(() => shop.stop());
beforeEach(() => {
  shop.products.reserving = 'none';
  shop.products.releasing = 'none';
  shop.products.onReserve = async () => {};
  shop.products.onReserved = async () => {};
});

const place = (token: string, productId: string, key?: string) =>
  replica.api.call('POST', '/api/v1/orders', {
    token,
    body: { items: [{ productId, quantity: 2 }] },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const statusesOf = async (token: string): Promise<string[]> =>
  (await replica.api.call('GET', '/api/v1/orders', { token })).body.items.map(
    ({ status }: { status: string }) => status,
  );

/** Waits for a state that must come; the test runner's own limit is the deadline. */
async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await what())) await sleep(50);
}

async function sql(text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client(shop.databaseUrl);
  await client.connect();
  const { rows } = await client.query(text, values);
  await client.end();
  return rows;
}

for (const trouble of ['fails', 'takes-then-fails', 'hangs'] as const) {
  test(`a reservation that ${trouble}: 503, and the reconciler leaves no stock held`, async () => {
    const token = await shop.issuer.token();
    const id = shop.products.add(10);
    shop.products.reserving = trouble;
    assertProblem(await place(token, id), 503, 'upstream-unavailable');
    shop.products.reserving = 'none';
    await until(async () => (await statusesOf(token))[0] === 'rejected' && shop.products.stock(id) === 10);
  });

  test(`a reservation that ${trouble}: a retry with the same key executes again and gets one order`, async () => {
    const token = await shop.issuer.token();
    const id = shop.products.add(10);
    shop.products.reserving = trouble;
    assertProblem(await place(token, id, 'retry'), 503, 'upstream-unavailable');
    shop.products.reserving = 'none';
    const retried = await place(token, id, 'retry');
    assert.equal(retried.status, 201);
    assert.equal((await place(token, id, 'retry')).text, retried.text);
    await until(async () => shop.products.stock(id) === 8);
    assert.equal((await statusesOf(token)).filter((status) => status === 'confirmed').length, 1);
  });
}

test('an overloaded product service is asked once, and the client hears when to come again', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const { body: confirmed } = await place(token, id);
  const calls = shop.products.calls;
  shop.products.reserving = shop.products.releasing = 'overloaded';
  const answers = [
    await place(token, id, 'overloaded'),
    await replica.api.call('POST', `/api/v1/orders/${confirmed.id}/cancel`, { token }),
  ];
  for (const answer of answers) {
    assertProblem(answer, 503, 'overloaded');
    assert.equal(answer.headers.get('retry-after'), '3');
  }
  assert.equal(shop.products.calls, calls + 1);
  shop.products.reserving = shop.products.releasing = 'none';
  assert.equal((await place(token, id, 'overloaded')).status, 201);
});

test('an order whose client leaves while its stock is reserved is brought to its end', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const controller = new AbortController();
  const isGone = Promise.withResolvers<void>();
  replica.app.server.once('request', (_request, response) => response.once('close', isGone.resolve));
  shop.products.onReserve = async () => {
    controller.abort();
    await isGone.promise;
  };
  const { port } = replica.app.server.address() as AddressInfo;
  const order = fetch(`http://127.0.0.1:${port}/api/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ items: [{ productId: id, quantity: 2 }] }),
    signal: controller.signal,
  });
  await assert.rejects(order, { name: 'AbortError' });
  await until(async () => (await statusesOf(token))[0] !== 'pending');
  assert.deepEqual(await statusesOf(token), ['confirmed']);
  assert.equal(shop.products.stock(id), 8);
});

test('a retry after the reconciler was there makes a new order', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  shop.products.reserving = 'takes-then-fails';
  assertProblem(await place(token, id, 'late'), 503, 'upstream-unavailable');
  shop.products.reserving = 'none';
  await until(async () => (await statusesOf(token))[0] === 'rejected' && shop.products.stock(id) === 10);
  assert.equal((await place(token, id, 'late')).status, 201);
  assert.deepEqual(await statusesOf(token), ['confirmed', 'rejected']);
  assert.equal(shop.products.stock(id), 8);
});

test('an order that the reconciler rejects while its reservation is under way is not confirmed', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const rejected = new Promise<void>((resolve, reject) => {
    const waitForRejection = async () => {
      await sql("update orders set lease_until = now() - interval '1 minute' where status = 'pending'");
      await until(async () => (await statusesOf(token))[0] === 'rejected');
    };
    shop.products.onReserve = () => {
      shop.products.onReserve = async () => {};
      return waitForRejection().then(resolve, reject);
    };
  });
  // The reservation itself may time out meanwhile or be refused as released: either way nobody is told of an order.
  assert.equal((await place(token, id)).status, 503);
  // It may outlive the answer: what it still asks would fail once the services are gone.
  await rejected;
  await until(() => shop.products.stock(id) === 10);
});

test('an order that the reconciler rejects after its reservation is not confirmed', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  // As the reconciler does; its release may come as late as it likes.
  const reject =
    "update orders set status = 'rejected', release_due = true, lease_until = now() where status = 'pending'";
  shop.products.onReserved = async () => void (await sql(reject));
  assertProblem(await place(token, id), 503, 'order-unsettled');
  assert.deepEqual(await statusesOf(token), ['rejected']);
  await until(() => shop.products.stock(id) === 10);
});

test('what a crash left behind is settled by another replica: pending and cancelled-but-not-released orders', async () => {
  const userId = randomUUID();
  const token = await shop.issuer.token({ sub: userId });
  const id = shop.products.add(10);
  const { body } = await place(token, id);
  shop.products.releasing = 'fails';
  assertProblem(
    await replica.api.call('POST', `/api/v1/orders/${body.id}/cancel`, { token }),
    503,
    'upstream-unavailable',
  );
  assert.deepEqual(await statusesOf(token), ['cancelled']);
  const crashed = randomUUID();
  await sql(
    "insert into orders (id, user_id, status, lease_until, created_at) values ($1, $2, 'pending', now() - interval '1 second', now())",
    [crashed, userId],
  );
  const second = await shop.startReplica();
  shop.products.releasing = 'takes-then-fails';
  await until(() => shop.products.stock(id) === 10);
  shop.products.releasing = 'none';
  await until(async () => (await statusesOf(token)).includes('rejected'));
  assert.equal((await replica.api.call('POST', `/api/v1/orders/${body.id}/cancel`, { token })).status, 200);
  assert.equal(shop.products.stock(id), 10);
  await second.stop();
});

test('a key whose request crashed is taken over when its lease is over', async () => {
  const userId = randomUUID();
  const token = await shop.issuer.token({ sub: userId });
  const id = shop.products.add(10);
  shop.products.reserving = 'fails';
  assertProblem(await place(token, id, 'crashed'), 503, 'upstream-unavailable');
  shop.products.reserving = 'none';
  await sql(
    "update idempotency_keys set state = 'running', lease_until = now() + interval '500 milliseconds' where key = 'crashed'",
  );
  assert.equal((await place(token, id, 'crashed')).status, 201);
  await until(() => shop.products.stock(id) === 8);
});

test('a database that freezes at the confirmation keeps the client waiting once, not again for the lease', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const other = new pg.Client(shop.databaseUrl);
  await other.connect();
  shop.products.onReserve = async () => {
    shop.products.onReserve = async () => {};
    await other.query('begin');
    await other.query('lock table orders in share mode');
  };
  const isEndingLease = async () => {
    const waiting =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'update orders set lease_until = clock_timestamp() where%'";
    return (await sql(waiting)).length === 1;
  };
  const answer = place(token, id, 'frozen');
  await until(isEndingLease);
  assertProblem(await answer, 503, 'database-unavailable');
  assert.ok(await isEndingLease(), 'the answer has waited for it');
  await other.query('commit');
  await other.end();
  assert.equal((await place(token, id, 'frozen')).status, 201);
  await until(() => shop.products.stock(id) === 8);
});

test('an order whose confirmation got no answer is taken back: its client heard 503', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  // The server dies at the moment of the commit, as far as the service can tell.
  await sql(`create function break_connection() returns trigger language plpgsql as
    $$ begin if new.status = 'confirmed' then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$`);
  await sql(
    'create constraint trigger break_at_commit after update on orders deferrable initially deferred for each row execute function break_connection()',
  );
  try {
    assertProblem(await place(token, id, 'unanswered'), 503, 'database-unavailable');
  } finally {
    await sql('drop trigger break_at_commit on orders');
  }
  await until(async () => (await statusesOf(token))[0] === 'rejected' && shop.products.stock(id) === 10);
  assert.equal((await place(token, id, 'unanswered')).status, 201);
  assert.equal(shop.products.stock(id), 8);
});

const revoke = (id: string) =>
  replica.api.call('DELETE', `/internal/v1/executions/${id}`, { headers: { 'x-service-key': gatewayKey } });
const placeAs = (token: string, productId: string, execution: string, key: string) =>
  replica.api.call('POST', '/api/v1/orders', {
    token,
    body: { items: [{ productId, quantity: 2 }] },
    headers: { 'idempotency-key': key, 'x-execution-id': execution, 'x-service-key': gatewayKey },
  });

test('a revoked execution gives its order back, unless another was told of it', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  assert.equal((await placeAs(token, id, first, 'shared')).status, 201);
  const again = await placeAs(token, id, second, 'shared');
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal((await revoke(first)).status, 204);
  assert.equal((await revoke(first)).status, 204);
  assert.deepEqual(await statusesOf(token), ['confirmed']);
  assert.equal((await revoke(second)).status, 204);
  assert.deepEqual(await statusesOf(token), ['rejected']);
  await until(() => shop.products.stock(id) === 10);
  assert.equal((await placeAs(token, id, third, 'shared')).status, 201);
  assert.deepEqual(await statusesOf(token), ['confirmed', 'rejected']);
  assert.equal(shop.products.stock(id), 8);
});

test('a revocation that comes before its execution refuses it', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const execution = randomUUID();
  assert.equal((await revoke(execution)).status, 204);
  assertProblem(await placeAs(token, id, execution, 'late'), 503, 'order-unsettled');
  await until(async () => (await statusesOf(token))[0] === 'rejected' && shop.products.stock(id) === 10);
});

test('a cancelled order is not touched by a revocation', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const execution = randomUUID();
  const { body } = await placeAs(token, id, execution, 'cancelled');
  assert.equal((await replica.api.call('POST', `/api/v1/orders/${body.id}/cancel`, { token })).status, 200);
  assert.equal((await revoke(execution)).status, 204);
  assert.deepEqual([await statusesOf(token), shop.products.stock(id)], [['cancelled'], 10]);
});

test('only the gateway revokes, and only it names executions', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  const execution = randomUUID();
  assertProblem(
    await replica.api.call('DELETE', `/internal/v1/executions/${execution}`, { token }),
    401,
    'unauthorized',
  );
  await revoke(execution);
  const headers = { 'x-execution-id': execution };
  const body = { items: [{ productId: id, quantity: 1 }] };
  assert.equal((await replica.api.call('POST', '/api/v1/orders', { token, body, headers })).status, 201);
});

test('a database that is away is 503, and orders flow again when it is back', async () => {
  const token = await shop.issuer.token();
  const id = shop.products.add(10);
  assert.equal((await place(token, id)).status, 201);
  await shop.database.stop();
  const away = await place(token, id);
  await shop.database.start();
  assertProblem(away, 503, 'database-unavailable');
  await until(async () => (await place(token, id, 'back')).status === 201);
  await until(() => shop.products.stock(id) === 6);
});
