import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { createDatabase, pendingMigrations, type Database } from '@shop/database';
import { migrate, type MigrateLog } from '@shop/database/migrate';
import { startTestDatabase, type TestDatabase } from '@slipway/test-database';

let server: TestDatabase;
before(async () => {
  server = await startTestDatabase();
});
after(() => server.close());

const quiet: MigrateLog = { info: () => {}, warn: () => {} };

async function setUp(t: TestContext, files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  const databaseUrl = await server.create();
  const database = createDatabase({ url: databaseUrl, poolSize: 2, applicationName: 'test', log: quiet });
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  const write = async (more: Record<string, string>) => {
    for (const [name, sql] of Object.entries(more)) await writeFile(join(folder, name), sql);
  };
  await write(files);
  return { folder, databaseUrl, database, write, run: () => migrate({ databaseUrl, folder, log: quiet }) };
}

async function tables(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'schema_migration%' order by 1",
  );
  return rows.map(({ name }) => name);
}

test('several replicas at once all succeed and each migration is applied once', async (t) => {
  const { databaseUrl, folder, database, run } = await setUp(t, {
    '0001_first.sql': 'create table a (id int); insert into a values (1);',
    '0002_second.sql': 'create table b (id int);',
  });
  assert.deepEqual(await pendingMigrations(folder)(database), ['0001_first', '0002_second']);
  const applied: object[] = [];
  const log = { ...quiet, info: (fields: object) => 'migration' in fields && applied.push(fields) };
  await Promise.all([1, 2, 3, 4].map(() => migrate({ databaseUrl, folder, log: log })));
  assert.equal(applied.length, 2);
  assert.deepEqual(await database.query('select id from a'), [{ id: 1 }]);
  assert.deepEqual(await pendingMigrations(folder)(database), []);
  await run();
});

test('create index concurrently works, also with replicas waiting', async (t) => {
  const { run, database } = await setUp(t, {
    '0001_first.sql': 'create table a (id int);',
    '0002_index.sql':
      '-- slipway: no-transaction\ncreate index concurrently a_id on a (id);\ncreate index concurrently a_id2 on a (id);',
  });
  await Promise.all([run(), run(), run()]);
  const rows = await database.query("select indexname from pg_indexes where tablename = 'a' order by 1");
  assert.deepEqual(rows, [{ indexname: 'a_id' }, { indexname: 'a_id2' }]);
});

test('a failing file leaves nothing; the report names file, line, statement and SQL error', async (t) => {
  const { run, database, write } = await setUp(t, {
    '0001_good.sql': 'create table good (id int);',
    '0002_bad.sql':
      "create table half (id int);\n\ninsert into half\n  values (length('ü')), (no_such);\ncreate table rest (id int);",
  });
  await assert.rejects(run(), (error: Error) => {
    assert.match(
      error.message,
      /^migration 0002_bad\.sql: failed at line 4, column 26, statement 2 of 3\. Nothing of this file was applied/,
    );
    assert.match(error.message, /SQL error 42703: column "no_such" does not exist \(position \d+\)/);
    assert.match(error.message, /4 \| {3}values \(length\('ü'\)\), \(no_such\)/);
    return true;
  });
  assert.deepEqual(await tables(database), ['good']);
  await write({ '0002_bad.sql': 'create table mended (id int);' });
  await run();
  assert.deepEqual(await tables(database), ['good', 'mended']);
});

test('a statement that cannot run in a transaction gets advice', async (t) => {
  const { run } = await setUp(t, { '0001_a.sql': 'create table a (id int); create index concurrently i on a (id)' });
  await assert.rejects(run(), /no-transaction/);
});

test('an edited applied migration is refused; line endings are no edit', async (t) => {
  const { run, write } = await setUp(t, { '0001_a.sql': 'create table a (id int);\n' });
  await run();
  await write({ '0001_a.sql': 'create table a (id int);\r\n' });
  await run();
  await write({ '0001_a.sql': 'create table a (id bigint);\n' });
  await assert.rejects(run(), /0001_a\.sql: it was edited after it was applied .*new migration/s);
});

test('a file that comes late, a number used twice and a bad name are refused', async (t) => {
  const { run, write, folder } = await setUp(t, { '0002_a.sql': 'select 1' });
  await run();
  await write({ '0001_late.sql': 'select 1' });
  await assert.rejects(run(), /0001_late\.sql: 0002_a\.sql was applied before it/);
  await rm(join(folder, '0001_late.sql'));
  await write({ '0002_b.sql': 'select 1' });
  await assert.rejects(run(), /same number/);
  await rm(join(folder, '0002_b.sql'));
  await write({ 'readme.md': '' });
  await assert.rejects(run(), /readme\.md: its name/);
});

test('transaction control in a file is refused before anything runs', async (t) => {
  const { run, database } = await setUp(t, {
    '0001_a.sql': 'create table a (id int); commit; create table b (id int)',
  });
  await assert.rejects(run(), /"commit" has no place/);
  assert.deepEqual(await tables(database), []);
});

test('older code is content with a newer database', async (t) => {
  const { run, folder, database, write } = await setUp(t, { '0001_a.sql': 'select 1' });
  await write({ '0002_b.sql': 'select 1' });
  await run();
  await rm(join(folder, '0002_b.sql'));
  await run();
  assert.deepEqual(await pendingMigrations(folder)(database), []);
});

test('no database within the patience is an error that says so', async (t) => {
  const { folder } = await setUp(t, {});
  const waits: object[] = [];
  const log = { ...quiet, warn: (fields: object) => waits.push(fields) } as unknown as MigrateLog;
  await assert.rejects(
    migrate({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', folder, log, patienceMs: 600 }),
    /no database after 1 s/,
  );
  assert.ok(waits.length > 0);
});
