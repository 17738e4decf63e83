import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { splitScript } from '@slipway/migrations';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';
import pg from 'pg';

let server: TestDatabase;
let client: pg.Client;
before(async () => {
  server = await startTestDatabase();
  client = new pg.Client(await server.create());
  await client.connect();
});
after(async () => {
  await client.end();
  await server.close();
});

const texts = (sql: string) => splitScript(sql).statements.map(({ text }) => text);

test('statements end at semicolons and know their line', () => {
  const { statements } = splitScript('-- head\nselect 1;\n\n/* two */ select\n 2 ;\nselect 3');
  assert.deepEqual(
    statements.map(({ text, line }) => ({ text, line })),
    [
      { text: 'select 1', line: 2 },
      { text: 'select\n 2', line: 4 },
      { text: 'select 3', line: 6 },
    ],
  );
});

test('nothing but comments and semicolons is no statement', () => {
  assert.deepEqual(texts(' ;; -- a;b\n /* ; /* nested ; */ ; */ ;'), []);
});

const SETUP = 'create table t (id int, s text, "a;""b;" int, a$b$ int); create table u (id int);';

/** Each is one statement for Postgres, whatever semicolons it holds. */
const SINGLE: [what: string, sql: string][] = [
  ['a string', "insert into t (s) values ('a;b'), ('it''s;')"],
  ['a string that ends in a backslash', String.raw`select 'plain\', ';'`],
  ['an escape string', String.raw`select E'\';', e'\\', ';'`],
  ['a Unicode string', String.raw`select U&'d\0061t\+000061;' , U&'!0061;' uescape '!'`],
  ['bit and hex strings', "select B'101', x'1F', N'a;'"],
  ['a quoted name', 'select "a;""b;" from t'],
  ['a dollar quote', 'do $$ begin perform 1; end $$'],
  ['a tagged dollar quote', 'create function f1() returns text as $body$ select $$;$$::text; $body$ language sql'],
  ['a tag that is the beginning of another', 'select $a$ ; $ab$ ; $a$'],
  ['a dollar sign within a name', 'select a$b$ from t where a$b$ = 1'],
  ['a line comment', 'select 1 -- one; it is\n + 2'],
  ['a line comment that a carriage return ends', 'select 1 -- one;\r + 2'],
  ['a comment right after an operator', 'select 1 +-- ;\n 2 -/* ; */1'],
  ['nested comments', 'select 1 /* a; /* b; */ c; */ + 2'],
  ['a comment that looks like a string', "select 1 -- it's;\n, 2"],
  ['a string that looks like a comment', "select '/*;', '--;', '*/'"],
  [
    'a rule of several commands',
    'create rule r1 as on insert to t do also (insert into u values (1); insert into u values (2))',
  ],
  [
    'an SQL body',
    'create or replace function f2() returns int begin atomic select case when true then 1 end; select 2; end',
  ],
  [
    'an SQL body of nested cases',
    'create function f3(a int) returns int begin atomic select case when a > 1 then case a when 2 then 3 end else 4 end; end',
  ],
  [
    'an SQL body with a column named end',
    'create function f4() returns int begin atomic select x."end" from (select 1 as end) x; select 2 as case; end',
  ],
  ['an SQL body that returns', 'create function f5() returns int language sql return 1 + 2'],
  ['a procedure', 'create procedure p1() begin atomic insert into u values (1); insert into u values (2); end'],
  [
    'a function with an argument named begin',
    'create function f6(begin int) returns int as $$ select 1; $$ language sql',
  ],
  ['array slices and casts', "select ('{1,2,3}'::int[])[1:2], 'a;'::text"],
  ['names beyond ASCII', 'select 1 as "ü;", 2 as größe$ß$'],
];

for (const [what, sql] of SINGLE) {
  test(`${what}: one statement, as for Postgres`, async () => {
    assert.deepEqual(texts(`${sql};\nselect 'next';`), [sql, "select 'next'"]);
    await client.query(`begin; ${SETUP}`);
    try {
      // Postgres answers each statement of a query; one alone gives no array.
      const results = (await client.query(`${sql};\nselect 'next';`)) as unknown as pg.QueryResult[];
      assert.equal(results.length, 2);
    } finally {
      await client.query('rollback');
    }
  });
}

test('a script is split into as many statements as Postgres runs, each with the same command', async () => {
  const script = `${SETUP}\n${SINGLE.map(([, sql]) => sql).join(';\n')}; `;
  const statements = texts(script);
  await client.query('begin');
  const together = (await client.query(script)) as unknown as pg.QueryResult[];
  await client.query('rollback; begin');
  const alone: string[] = [];
  for (const text of statements) alone.push((await client.query(text)).command);
  await client.query('rollback');
  assert.deepEqual(
    alone,
    together.map(({ command }) => command),
  );
});

test('plain strings have escapes where the script says so', async () => {
  const script = String.raw`set standard_conforming_strings = off; select 'it\'s; one'; set standard_conforming_strings to on; select 'a\'; select 2`;
  const statements = texts(script);
  assert.equal(statements.length, 5);
  for (const statement of statements) await client.query(statement);
});

for (const [what, sql] of [
  ['string', "select 'a; select 2;"],
  ['escape string', String.raw`select E'a\'; select 2;`],
  ['quoted name', 'select "a; select 2;'],
  ['dollar quote', 'select $x$ a; select 2;'],
  ['comment', 'select 1 /* /* */ ; select 2;'],
  ['parenthesis', 'select (1; select 2;'],
] as const) {
  test(`an open ${what} reaches to the end, and Postgres says where it begins`, async () => {
    assert.equal(texts(`select 0; ${sql}`).length, 2);
    await assert.rejects(client.query(texts(sql)[0]!), { code: '42601' });
  });
}

test("what is psql's is told with its line, and what follows is split as before", () => {
  const dump = `\\restrict x\nselect 1;\n\\set a 1 -- ;\ncopy t (id, s) from stdin;\n1\tit's; "one\n\\N\t$$\n\\.\n\nselect 2 \\gexec\n;\\i other.sql\nselect 3;`;
  const { statements, psqlCommands } = splitScript(dump);
  assert.deepEqual(
    statements.map(({ text, line }) => [line, text.split(' \\')[0]]),
    [
      [2, 'select 1'],
      [4, 'copy t (id, s) from stdin'],
      [9, 'select 2'],
      [11, 'select 3'],
    ],
  );
  assert.deepEqual(psqlCommands, [
    { text: '\\restrict x', line: 1 },
    { text: '\\set a 1 -- ;', line: 3 },
    { text: '\\gexec', line: 9 },
    { text: '\\i other.sql', line: 10 },
  ]);
});

test('heads are lower case and free of comments', () => {
  const [statement] = splitScript('CREATE /* a */ UNIQUE\n-- b\nINDEX Concurrently "I" ON t (id)').statements;
  assert.equal(statement!.head, 'create unique index concurrently "I" on t ( id )');
});

test('a large script is read in one pass', () => {
  const rows = `insert into t values ('${'x'.repeat(100)}');\n`.repeat(50_000);
  const { statements } = splitScript(`${rows}insert into t values ('${'y;'.repeat(5_000_000)}');`);
  assert.equal(statements.length, 50_001);
  assert.equal(statements.at(-1)!.line, 50_001);
});
