import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitStatements } from '../src/migrations/split-statements.ts';

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

test('statements end at semicolons and know their line', () => {
  assert.deepEqual(splitStatements('-- head\nselect 1;\n\n/* two */ select\n 2 ;\nselect 3'), [
    { text: 'select 1', line: 2 },
    { text: 'select\n 2', line: 4 },
    { text: 'select 3', line: 6 },
  ]);
});

test('nothing but comments and semicolons is no statement', () => {
  assert.deepEqual(texts(' ;; -- a;b\n /* ; /* nested ; */ ; */ ;'), []);
});

for (const [what, sql] of [
  ['a string', "insert into t values ('a;b', 'it''s;')"],
  ['an escape string', String.raw`select E'\';', 'plain\'`],
  ['a quoted identifier', 'select "a;""b;"'],
  ['a dollar quote', 'do $$ begin perform 1; end $$'],
  ['a tagged dollar quote', 'create function f() returns int as $body$ select 1; $$;$$ $body$ language sql'],
  ['a comment in the middle', 'select 1 -- one;\n + /* ; */ 2'],
  ['a rule', 'create rule r as on insert to t do also (insert into a values (1); insert into b values (2))'],
  [
    'an SQL body',
    'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end',
  ],
] as const) {
  test(`a semicolon inside ${what} ends nothing`, () => {
    assert.deepEqual(texts(`${sql};\nselect 'next';`), [sql, "select 'next'"]);
  });
}

test('a dollar sign inside a name opens no quote', () => {
  assert.deepEqual(texts('select a$b$ from t; select 1 as c$b$;'), ['select a$b$ from t', 'select 1 as c$b$']);
});
