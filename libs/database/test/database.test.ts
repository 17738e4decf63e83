import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';
import { createDatabase, DatabaseUnavailable, type Database } from '@shop/database';
import { CallerLeft, Overloaded, type Caller } from '@shop/fair-queue';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';

let server: TestDatabase;
before(async () => {
  server = await startTestDatabase();
});
after(() => server.close());

async function connect(
  t: TestContext,
  poolSize = 4,
  { url, ...options }: Partial<Parameters<typeof createDatabase>[0]> = {},
) {
  const database = createDatabase({
    url: url ?? (await server.create()),
    poolSize,
    applicationName: 'test',
    log: { warn: () => {} },
    ...options,
  });
  t.after(() => database.close());
  return database;
}

test('bigint is a number', async (t) => {
  const database = await connect(t);
  assert.deepEqual(await database.query('select $1::bigint as value', [4999999950000]), [{ value: 4999999950000 }]);
});

test('a transaction that throws leaves nothing', async (t) => {
  const database = await connect(t);
  await database.query('create table a (id int constraint a_key unique)');
  await assert.rejects(
    database.transaction(async (transaction) => {
      await transaction.query('insert into a values (1)');
      throw new Error('no');
    }),
    /no/,
  );
  assert.deepEqual(await database.query('select * from a'), []);
  await database.query('insert into a values (2)');
  await assert.rejects(database.query('insert into a values (2)'), { code: '23505', constraint: 'a_key' });
});

test('an observer hears of every statement with its placeholders, of its error, and of waiting for a connection', async (t) => {
  const heard: string[] = [];
  const database = await connect(t, 1, {
    observer: {
      statement: (text) => (error) =>
        void heard.push(`${text}${error === undefined ? '' : ` ${(error as Error).name}`}`),
      connection: () => () => void heard.push('connection'),
      refused: (reason) => void heard.push(reason),
    },
  });
  await database.transaction((transaction) => transaction.query('select $1::text', ['a value']));
  await assert.rejects(database.query('select 1 / $1::int', [0]), /division by zero/);
  assert.deepEqual(heard, [
    'connection',
    'begin',
    'select $1::text',
    'commit',
    'connection',
    'select 1 / $1::int error',
  ]);
});

test('a deadlock is run again', async (t) => {
  const database = await connect(t);
  await database.query('create table a (id int primary key, n int); insert into a values (1, 0), (2, 0)');
  let runs = 0;
  let arrived = 0;
  let meet = () => {};
  const met = new Promise<void>((resolve) => (meet = resolve));
  const cross = (first: number, second: number) =>
    database.transaction(async (transaction) => {
      runs += 1;
      await transaction.query('update a set n = n + 1 where id = $1', [first]);
      if (++arrived === 2) meet();
      await met;
      await transaction.query('update a set n = n + 1 where id = $1', [second]);
    });
  await Promise.all([cross(1, 2), cross(2, 1)]);
  assert.deepEqual(await database.query('select n from a order by id'), [{ n: 2 }, { n: 2 }]);
  assert.equal(runs, 3);
});

test('a server that goes away is DatabaseUnavailable, and the pool recovers when it is back', async (t) => {
  const database = await connect(t);
  // Two connections: of one the server goes away while it is used, of the other while it is idle.
  await Promise.all([database.query('select pg_sleep(0.1)'), database.query('select pg_sleep(0.1)')]);
  const inTransaction = database.transaction(async (transaction) => {
    await transaction.query('select 1');
    await server.stop();
    await transaction.query('select 1');
  });
  await assert.rejects(inTransaction, DatabaseUnavailable);
  await assert.rejects(database.query('select 1'), DatabaseUnavailable);
  await server.start();
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
});

test('a server whose name does not resolve is away: a headless Service has no address while its pod is not ready', async (t) => {
  const database = await connect(t, 1, { url: 'postgres://order:x@order-db.invalid:5432/order' });
  await assert.rejects(database.query('select 1'), (error) => {
    assert.ok(error instanceof DatabaseUnavailable, String(error));
    assert.equal(error.problem.status, 503);
    return true;
  });
});

test('a statement that takes too long is DatabaseUnavailable', async (t) => {
  const database = await connect(t, 1);
  await assert.rejects(database.query('select pg_sleep(60)'), DatabaseUnavailable);
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
});

test('a connection whose server did not answer in time is not used again', async (t) => {
  const database = await connect(t, 1);
  const connection = async () => (await database.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;
  const before = await connection();
  const silent = database.transaction(async (transaction) => {
    await transaction.query('set local statement_timeout = 0');
    await transaction.query('select pg_sleep(60)');
  });
  await assert.rejects(silent, DatabaseUnavailable);
  assert.notEqual(await connection(), before);
});

test('what a statement that fails says of rows, literals and parameters is not in the log of the server', async (t) => {
  const database = await connect(t);
  await database.query('create table people (email text constraint people_key unique, age int check (age > 0))');
  await database.query('insert into people values ($1, 1)', ['in-a-row@example.com']);
  for (const [statement, values] of [
    ['insert into people values ($1, 1)', ['in-a-row@example.com']],
    ['insert into people values ($1, 0)', ['in-a-failing-row@example.com']],
    ['select $1::text, 1 / 0', ['in-a-parameter@example.com']],
    ["select 'in-a-literal@example.com', 1 / 0", undefined],
  ] as const)
    await assert.rejects(database.query(statement, values));
  const log = await server.readLog();
  assert.match(log, /duplicate key value violates unique constraint "people_key"/);
  assert.match(log, /violates check constraint/);
  assert.match(log, /division by zero/);
  assert.doesNotMatch(log, /@example\.com/);
});

test('more callers than connections wait their turn', async (t) => {
  const database = await connect(t, 2);
  const rows = await Promise.all(
    Array.from({ length: 40 }, (_, n) => database.query<{ n: number }>('select $1::int as n', [n])),
  );
  assert.deepEqual(
    rows.flat().map(({ n }) => n),
    Array.from({ length: 40 }, (_, n) => n),
  );
});

/** The one connection is taken until `release`. */
async function takeConnection(database: Database) {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let isTaken = () => {};
  const taken = new Promise<void>((resolve) => (isTaken = resolve));
  const work = database.transaction(async () => {
    isTaken();
    await released;
  });
  await taken;
  return async () => {
    release();
    await work;
  };
}

test('a crowd in one lane leaves every other turn to the others', async (t) => {
  const database = await connect(t, 1);
  const crowd = database.lane('crowd');
  const release = await takeConnection(database);
  const order: string[] = [];
  const note = (name: string, result: Promise<unknown>) => result.then(() => void order.push(name));
  const all = Array.from({ length: 10 }, (_, n) => note(`crowd ${n}`, crowd.query('select 1')));
  all.push(note('another', database.query('select 1')));
  all.push(
    note(
      'a transaction',
      database.transaction((transaction) => transaction.query('select 1')),
    ),
  );
  await Promise.all([release(), ...all]);
  assert.deepEqual(order.slice(0, 4), ['crowd 0', 'another', 'crowd 1', 'a transaction']);
});

function caller(patienceMs: number) {
  const controller = new AbortController();
  return {
    cameAt: Date.now(),
    deadline: Date.now() + patienceMs,
    get hasLeft() {
      return controller.signal.aborted;
    },
    left: controller.signal,
    leave: () => controller.abort(),
  };
}

test('of four thousand at once those who cannot be served are refused, and the pool is as before', async (t) => {
  const database = await connect(t, 10);
  // On a busy machine ten connections at once take longer than one may, and all would hear that the database is away.
  await Promise.all(Array.from({ length: 10 }, () => database.query('select 1')));
  const settled = await Promise.allSettled(Array.from({ length: 4000 }, () => database.query('select 1')));
  const refused = settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  // 10 at once, and 1000 that wait.
  assert.ok(refused.length >= 2990 && refused.length < 4000, String(refused.length));
  for (const { reason } of refused) assert.ok(reason instanceof Overloaded, String(reason));
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
  assert.deepEqual([database.connections().used, database.connections().waiting], [0, 0]);
});

test('a statement whose caller leaves while it waits is never sent', async (t) => {
  const leaving = caller(60_000);
  let current: Caller | undefined;
  const reasons: string[] = [];
  const observer = {
    statement: () => () => {},
    connection: () => () => {},
    refused: (reason: string) => void reasons.push(reason),
  };
  const database = await connect(t, 1, { caller: () => current, observer });
  await database.query('create table a (id int)');
  const release = await takeConnection(database);
  current = leaving;
  const statements = [1, 2, 3].map((id) => database.query('insert into a values ($1)', [id]));
  current = undefined;
  const other = database.query('insert into a values (4)');
  assert.equal(database.connections().waiting, 4);
  leaving.leave();
  for (const statement of statements) await assert.rejects(statement, CallerLeft);
  assert.equal(database.connections().waiting, 1);
  await release();
  await other;
  assert.deepEqual(await database.query('select id from a'), [{ id: 4 }]);
  current = leaving;
  await assert.rejects(database.query('select 1'), CallerLeft);
  assert.deepEqual(reasons, ['left', 'left', 'left', 'left']);
});

test('a statement that gets no connection before the deadline of its caller is refused', async (t) => {
  let current: Caller | undefined;
  const database = await connect(t, 1, { caller: () => current });
  await database.query('select 1');
  const release = await takeConnection(database);
  current = caller(50);
  await assert.rejects(database.query('select 1'), Overloaded);
  await release();
  current = undefined;
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
});

test('behind a server that takes connections and says nothing nobody waits for a turn of their own', async (t) => {
  let connections = 0;
  const silent = createServer(() => connections++).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const database = await connect(t, 1, { url: `postgres://postgres@127.0.0.1:${port}/postgres` });
  // One after the other they would take half a minute.
  const settled = await Promise.allSettled(Array.from({ length: 30 }, () => database.query('select 1')));
  for (const result of settled)
    assert.ok(result.status === 'rejected' && result.reason instanceof DatabaseUnavailable, JSON.stringify(result));
  assert.equal(connections, 1, 'the first has found out for all');
});
