import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { createDatabase, pendingMigrations, type Database } from '@shop/database';
import { migrate, type MigrateLog } from '@shop/database/migrate';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';

let server: TestDatabase;
before(async () => {
  server = await startTestDatabase();
});
after(() => server.close());

const quiet: MigrateLog = { info: () => {}, warn: () => {} };

async function setUp(t: TestContext, files: Record<string, string | Buffer>) {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  const databaseUrl = await server.create();
  const database = createDatabase({ url: databaseUrl, poolSize: 2, applicationName: 'test', log: quiet });
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  const write = async (more: Record<string, string | Buffer>) => {
    for (const [name, sql] of Object.entries(more)) await writeFile(join(folder, name), sql);
  };
  await write(files);
  return {
    folder,
    databaseUrl,
    database,
    write,
    remove: (name: string) => rm(join(folder, name)),
    rename: (from: string, to: string) => rename(join(folder, from), join(folder, to)),
    run: (options: Partial<Parameters<typeof migrate>[0]> = {}) =>
      migrate({ databaseUrl, folder, log: quiet, reset: 'RESET', ...options }),
  };
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

test('a statement that cannot run in a transaction is refused, also where only Postgres knows it; apart it runs', async (t) => {
  const { run, write } = await setUp(t, {
    '0001_a.sql': 'create table a (id int);\ncreate index concurrently i on a (id)',
  });
  await assert.rejects(
    run(),
    /0001_a\.sql: line 2: "create index concurrently i on a \(id\)" cannot run in a transaction/,
  );
  await write({
    '0001_a.sql': 'create table a (id int);',
    '0002_b.sql': '-- slipway: no-transaction\ncreate index concurrently i on a (id)',
    '0003_c.sql': "do $$ begin execute 'vacuum a'; end $$",
  });
  await assert.rejects(
    run(),
    /0003_c\.sql: failed at line 1[^]*SQL error 25001[^]*begins with "-- slipway: no-transaction"/,
  );
});

test('an edited applied migration is refused; line ends are no edit, and the advice leads on', async (t) => {
  const { run, write, database } = await setUp(t, { '0001_a.sql': 'create table a (id int);\n' });
  await run();
  await write({ '0001_a.sql': 'create table a (id int);\r\n' });
  await run();
  await write({ '0001_a.sql': 'create table a (id bigint);\n' });
  await assert.rejects(
    run(),
    /0001_a\.sql: was edited after it was applied .*take the edit back.*new migration.*RESET/s,
  );
  await write({ '0001_a.sql': 'create table a (id int);', '0002_b.sql': 'alter table a alter id type bigint' });
  await run();
  assert.deepEqual(await database.query("select data_type from information_schema.columns where table_name = 'a'"), [
    { data_type: 'bigint' },
  ]);
});

test('a renamed migration does not run again; renamed back, all is well', async (t) => {
  const { run, rename, database, write } = await setUp(t, {
    '0001_a.sql': 'create table a (cents int); insert into a values (1)',
    '0002_b.sql': 'update a set cents = cents * 100',
  });
  await run();
  await rename('0002_b.sql', '0002_renamed.sql');
  await assert.rejects(
    run(),
    /0002_renamed\.sql: has the checksum of 0002_b, which is applied: .*\n.*rename it back to 0002_b\.sql/,
  );
  await rename('0002_renamed.sql', '0003_b.sql');
  await write({ '0002_c.sql': 'select 1' });
  await assert.rejects(run(), /0003_b\.sql: has the checksum of 0002_b/);
  await rename('0002_c.sql', '0003_c.sql');
  await rename('0003_b.sql', '0002_b.sql');
  await run();
  assert.deepEqual(await database.query('select cents from a'), [{ cents: 100 }]);
});

test('what the runbook says of a migration under another name', async (t) => {
  const { run, rename, write, database } = await setUp(t, {
    '0001_a.sql': 'create table a (n int); insert into a values (1)',
    '0002_b.sql': 'update a set n = n + 1',
  });
  await run();
  await rename('0002_b.sql', '0002_better_name.sql');
  await assert.rejects(run(), /has the checksum of 0002_b/);
  const runbook = await readFile(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
  const sql = /### A migration was renamed[^]*?```sql\n([^]*?)```/.exec(runbook)![1]!;
  await database.query(sql.replaceAll('OLD', '0002_b').replaceAll('NEW', '0002_better_name'));
  await write({ '0003_c.sql': 'update a set n = n + 10' });
  await run();
  assert.deepEqual(await database.query('select n from a'), [{ n: 12 }]);
});

test('a switch to a branch with the same number is refused, and nothing of it runs', async (t) => {
  const { run, remove, write, database } = await setUp(t, {
    '0001_a.sql': 'create table a (id int)',
    '0002_mine.sql': 'create table mine (id int)',
  });
  await run();
  await remove('0002_mine.sql');
  await write({ '0002_theirs.sql': 'create table theirs (id int)' });
  await assert.rejects(
    run(),
    /0002_theirs\.sql: the database has 0002_mine, which this checkout lacks\n.*merge .*0002_mine\.sql and rename this to 0003_theirs\.sql.*RESET/,
  );
  await write({ '0002_mine.sql': 'create table mine (id int)' });
  await assert.rejects(run(), /0002_theirs\.sql: has the same number as 0002_mine\.sql/);
  await remove('0002_theirs.sql');
  await write({ '0003_theirs.sql': 'create table theirs (id int)' });
  await run();
  assert.deepEqual(await tables(database), ['a', 'mine', 'theirs']);
});

test('a file that comes late, a gap and a bad name are refused', async (t) => {
  const { run, write, remove } = await setUp(t, { '0001_a.sql': 'select 1', '0002_b.sql': 'select 2' });
  await run();
  await remove('0001_a.sql');
  await assert.rejects(run(), /0002_b\.sql: has number 0002 in place 1: there is no 0001/);
  await write({ '0001_late.sql': 'select 3' });
  await assert.rejects(run(), /0001_late\.sql: the database has 0001_a, which this checkout lacks/);
  await remove('0001_late.sql');
  await write({ '0001_a.sql': 'select 1', 'readme.md': '', '.DS_Store': '', '0003_add-index.sql': 'select 4' });
  await assert.rejects(run(), /readme\.md: is no migration/);
  await remove('readme.md');
  await run();
});

test('text that is not UTF-8 is refused; a database that an earlier version gave U+FFFD is content with the mended file', async (t) => {
  const sql = "create table c (name text); insert into c values ('Zürich')";
  const { run, write, database } = await setUp(t, { '0001_a.sql': Buffer.from(sql, 'latin1') });
  await assert.rejects(run(), /0001_a\.sql: line 1: is not UTF-8/);
  assert.deepEqual(await tables(database), []);
  // As the version before would have.
  await write({ '0001_a.sql': Buffer.from(sql, 'latin1').toString('utf8') });
  await run();
  await write({ '0001_a.sql': sql });
  await run();
  assert.deepEqual(await database.query('select name from c'), [{ name: 'Z\uFFFDrich' }]);
});

test('a unique index that cannot be built: the advice, followed, leaves a valid one', async (t) => {
  const create = 'create unique index concurrently a_id on a (id);';
  const { run, write, database } = await setUp(t, {
    '0001_a.sql': 'create table a (id int); insert into a values (1), (1)',
    '0002_index.sql': `-- slipway: no-transaction\n${create}`,
  });
  const drop = 'drop index concurrently if exists public.a_id;';
  await assert.rejects(run(), (error: Error) => {
    assert.match(error.message, /0002_index\.sql: failed at line 2, statement 1 of 1/);
    assert.match(error.message, /SQL error 23505: could not create unique index/);
    assert.match(error.message, /it left index public\.a_id invalid: mend what failed, put "([^"]*)" before/);
    assert.ok(error.message.includes(`"${drop}"`));
    assert.doesNotMatch(error.message, /if not exists/);
    return true;
  });
  await assert.rejects(
    run(),
    /relation "a_id" already exists[^]*put "drop index concurrently if exists public\.a_id;"/,
  );
  // What seems to help: the index is there, and worth nothing.
  await write({ '0002_index.sql': `-- slipway: no-transaction\n${create.replace('a_id', 'if not exists a_id')}` });
  await assert.rejects(
    run(),
    /0002_index\.sql: index public\.a_id is invalid after it.*\n.*put "drop index concurrently/,
  );
  await write({ '0002_index.sql': 'create unique index if not exists a_id on a (id)' });
  await assert.rejects(
    run(),
    /is invalid after it.*Nothing of this file was applied\n.*put "drop index if exists public\.a_id;"/,
  );
  await write({ '0002_index.sql': `-- slipway: no-transaction\ndelete from a;\n${drop}\n${create}` });
  await run();
  assert.deepEqual(await database.query("select indisvalid from pg_index where indexrelid = 'a_id'::regclass"), [
    { indisvalid: true },
  ]);
});

test('what a failed reindex concurrently leaves is told as well, and the advice helps', async (t) => {
  const { run, write, database } = await setUp(t, {
    '0001_a.sql': `create table "A b" (id int); insert into "A b" values (1);
      create function f(i int) returns int immutable language plpgsql as $$
        begin if current_setting('x.fail', true) = 'on' then raise 'no'; end if; return i; end $$;
      create index "A i" on "A b" (f(id));`,
    '0002_reindex.sql': `-- slipway: no-transaction\nset x.fail = 'on';\nreindex table concurrently "A b";`,
  });
  await assert.rejects(run(), (error: Error) => {
    assert.ok(error.message.includes('put "drop index concurrently if exists public."A i_ccnew";"'), error.message);
    return true;
  });
  await write({ '0002_reindex.sql': '-- slipway: no-transaction\nreindex table concurrently "A b";' });
  await assert.rejects(run(), /index public\."A i_ccnew" is invalid after it/);
  await write({
    '0002_reindex.sql':
      '-- slipway: no-transaction\ndrop index concurrently if exists public."A i_ccnew"; reindex table concurrently "A b";',
  });
  await run();
  assert.deepEqual(
    await database.query('select indexrelid::regclass::text as name from pg_index where not indisvalid'),
    [],
  );
});

test('an invalid index that is none of its business stops no migration', async (t) => {
  const { run, write, database } = await setUp(t, {
    '0001_a.sql':
      'create table a (id int); create table b (id int); insert into b values (1), (1); create table p (id int) partition by range (id); create table q partition of p default;',
  });
  await run();
  await assert.rejects(database.query('create unique index concurrently b_id on b (id)'), /could not create/);
  await write({
    '0002_c.sql': 'alter table b add n int; create index a_id on a (id)',
    // Invalid until the index of each part is attached to it.
    '0003_p.sql': 'create index p_id on only p (id)',
    '0004_q.sql':
      '-- slipway: no-transaction\ncreate index concurrently q_id on q (id); alter index p_id attach partition q_id;',
  });
  await run();
});

test('an enum value cannot be used where it is added; apart, as advised, it can', async (t) => {
  const { run, write, database } = await setUp(t, {
    '0001_a.sql': "create type e as enum ('a'); create table t (e e)",
    '0002_b.sql': "alter type e add value 'b'; insert into t values ('b')",
  });
  await assert.rejects(run(), /SQL error 55P04[^]*put "alter type … add value" into a file of its own before this one/);
  await write({ '0002_b.sql': "alter type e add value 'b'", '0003_c.sql': "insert into t values ('b')" });
  await run();
  assert.deepEqual(await database.query('select e from t'), [{ e: 'b' }]);
});

test('what fails at the end is not blamed on the last statement', async (t) => {
  const { run, write, database } = await setUp(t, {
    '0001_a.sql':
      'create table a (id int primary key); create table b (a int references a deferrable initially deferred);',
    '0002_b.sql': 'insert into b values (1); create table c (id int)',
  });
  await assert.rejects(run(), /0002_b\.sql: failed at the end of its transaction.*Nothing of this file was applied/);
  assert.deepEqual(await tables(database), ['a', 'b']);
  await write({ '0002_b.sql': 'drop table public.schema_migration_checksums' });
  await assert.rejects(run(), /0002_b\.sql: could not be recorded/);
});

test('a file that opens a transaction and leaves it open is no success', async (t) => {
  const { run, write, database } = await setUp(t, {
    '0001_a.sql': '-- slipway: no-transaction\nbegin; create table a (id int);',
  });
  await assert.rejects(run(), /0001_a\.sql: leaves a transaction open\n.*"commit;"/);
  assert.deepEqual(await tables(database), []);
  await write({ '0001_a.sql': '-- slipway: no-transaction\nbegin; create table a (id int); commit;' });
  await run();
  assert.deepEqual(await tables(database), ['a']);
});

test('what a file sets ends with it, and hides no table of ours', async (t) => {
  const { run, database } = await setUp(t, {
    '0001_a.sql': "create schema app; set local search_path = ''; create table public.a (id int);",
    '0002_b.sql': `set search_path = app, public; set standard_conforming_strings = off; set statement_timeout = '1h';
      create table b (s text default 'it\\'s; one'); create temporary table t (id int);`,
    '0003_c.sql': `create table c as select current_setting('search_path') as path, current_setting('statement_timeout') as timeout,
      to_regclass('t') as t, 'a\\' as s;`,
  });
  await run();
  assert.deepEqual(await database.query('select * from public.c'), [
    { path: '"$user", public', timeout: '0', t: null, s: 'a\\' },
  ]);
  assert.deepEqual(await database.query("select table_schema from information_schema.tables where table_name = 'b'"), [
    { table_schema: 'app' },
  ]);
});

for (const [what, sql, says, mended] of [
  [
    'the search path of a dump',
    "create table a (id int);\nselect pg_catalog.set_config('search_path', '', false);\ncreate table public.b (id int);",
    /line 2: "select pg_catalog\.set_config\('search_path', '', false\)" hides the tables/,
    "create table a (id int);\nset local search_path = '';\ncreate table public.b (id int);",
  ],
  [
    'copy from stdin',
    'create table a (id int);\ncopy a from stdin;\n1\n2\n\\.\ncreate table b (id int);',
    /line 2: "copy a from stdin" reads rows from psql's input.*\n.*write the rows as insert into/,
    'create table a (id int);\ninsert into a values (1), (2);\ncreate table b (id int);',
  ],
  [
    'commands of psql',
    '\\restrict token\ncreate table a (id int);\n\\connect x\ncreate table b (id int);\n\\unrestrict token',
    /line 1: "\\restrict token" is a command of psql, and no SQL\n.*delete the line/,
    'create table a (id int);\ncreate table b (id int);\n',
  ],
] as const) {
  test(`${what}: refused at its line before anything runs, and what is to be written instead works`, async (t) => {
    const { run, write, database } = await setUp(t, { '0001_a.sql': sql });
    await assert.rejects(run(), says);
    assert.deepEqual(await tables(database), []);
    await write({ '0001_a.sql': mended });
    await run();
    assert.deepEqual(await tables(database), ['a', 'b']);
  });
}

test('a database of an earlier version goes on, whatever the login’s search path was', async (t) => {
  const { run, database, databaseUrl, write } = await setUp(t, { '0001_a.sql': 'create table a (id int);\n' });
  const role = `old_${Math.random().toString(36).slice(2)}`;
  const name = new URL(databaseUrl).pathname.slice(1);
  await database.query(
    `create role ${role} superuser login; alter role ${role} in database ${name} set search_path = app`,
  );
  await database.query(`create schema app; create table a (id int);
    create table public.schema_migrations (id serial primary key, name varchar(255) not null, run_on timestamp not null);
    insert into public.schema_migrations (name, run_on) values ('0001_a', now());
    create table app.schema_migration_checksums (name text primary key, checksum text not null, applied_at timestamptz not null default now());
    insert into app.schema_migration_checksums values ('0001_a', encode(sha256('create table a (id int);\n'), 'hex'))`);
  await write({ '0002_b.sql': 'create table public.b (id int)' });
  const url = new URL(databaseUrl);
  url.username = role;
  await run({ databaseUrl: url.href });
  assert.deepEqual(await database.query('select name from app.schema_migration_checksums order by 1'), [
    { name: '0001_a' },
    { name: '0002_b' },
  ]);
  await write({ '0001_a.sql': 'create table a (id bigint);\n' });
  await assert.rejects(run({ databaseUrl: url.href }), /0001_a\.sql: was edited/);
});

test('a login that acts as the owner of the database does so in every file', async (t) => {
  const { run, database, databaseUrl } = await setUp(t, {
    '0001_a.sql': 'create table a (id int); reset role; set session authorization default;',
    '0002_b.sql': 'create table b (id int)',
  });
  const name = new URL(databaseUrl).pathname.slice(1);
  await database.query(`create role owner_${name}; alter schema public owner to owner_${name};
    create role login_${name} login in role owner_${name}; alter role login_${name} set role = owner_${name}`);
  const url = new URL(databaseUrl);
  url.username = `login_${name}`;
  await run({ databaseUrl: url.href });
  assert.deepEqual(
    await database.query(
      "select distinct tableowner as owner from pg_tables where schemaname = 'public' and tablename <> 'a'",
    ),
    [{ owner: `owner_${name}` }],
  );
});

test('waiting for another replica is told, and has an end that names the session', async (t) => {
  const { run, databaseUrl } = await setUp(t, { '0001_a.sql': 'select 1' });
  const other = createDatabase({ url: databaseUrl, poolSize: 1, applicationName: 'hanging', log: quiet });
  t.after(() => other.close());
  const [row] = await other.query<{ pid: number }>(
    'select pg_advisory_lock(7241865325823964), pg_backend_pid() as pid',
  );
  const told: object[] = [];
  const log = { ...quiet, info: (fields: object) => told.push(fields) } as MigrateLog;
  await assert.rejects(
    run({ lockPatienceMs: 300, log }),
    new RegExp(`session ${row!.pid} \\(hanging\\) has the lock.*\\n.*select pg_terminate_backend\\(${row!.pid}\\)`),
  );
  assert.deepEqual(told[0], { holder: row!.pid });
});

test('transaction control in a file is refused before anything runs', async (t) => {
  const { run, database } = await setUp(t, {
    '0001_a.sql': 'create table a (id int); commit; create table b (id int)',
  });
  await assert.rejects(run(), /line 1: "commit" has no place/);
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
