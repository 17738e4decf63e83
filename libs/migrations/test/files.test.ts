import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MigrationProblem } from '@slipway/migrations';
import { type Content, makeFolder } from './folder.ts';

const A = { '0001_a.sql': 'select 1;\n' };

for (const name of [
  ...['.DS_Store', '.gitkeep', '.0002_b.sql.swp', '.#0002_b.sql', '._0002_b.sql', 'Thumbs.db', 'desktop.ini'],
  ...['0002_b.sql~', '#0002_b.sql#', '0002_b.sql.swp', '0002_b.sql.orig', '0002_b.sql.bak', '0002_b.sql.tmp'],
]) {
  test(`${name} is left alone`, (t) => {
    const { read } = makeFolder(t, { ...A, [name]: Buffer.from([0, 255, 1]) });
    assert.deepEqual(read().names, ['0001_a']);
    assert.deepEqual(read().problems, []);
  });
}

test('letters, digits, _ and - make a name', (t) => {
  const { read } = makeFolder(t, { ...A, '0002_add-index.sql': '', '0003_2nd_try-b.sql': '' });
  assert.deepEqual(read().names, ['0001_a', '0002_add-index', '0003_2nd_try-b']);
  assert.deepEqual(read().problems, []);
});

/** Files that are refused, beside 0001_a.sql; `to`: the name that the hint gives. */
const REFUSED: [file: string, content: Content, code: MigrationProblem['code'], to?: string][] = [
  ['0002_Add.SQL', '', 'bad-name', '0002_add.sql'],
  ['0002_b.SQL', '', 'bad-name', '0002_b.sql'],
  ['0002_AddIndex.sql', '', 'bad-name', '0002_addindex.sql'],
  ['0002-b.sql', '', 'bad-name', '0002_b.sql'],
  ['0002 b.sql', '', 'bad-name', '0002_b.sql'],
  ['0002_b .sql', '', 'bad-name', '0002_b.sql'],
  ['0002_b.sql ', '', 'bad-name', '0002_b.sql'],
  ['0002_größe.sql', '', 'bad-name', '0002_gro_e.sql'],
  ['00002_b.sql', '', 'bad-name', '0002_b.sql'],
  ['2_b.sql', '', 'bad-name', '0002_b.sql'],
  ['V2__b.sql', '', 'bad-name'],
  ['first.sql', '', 'bad-name'],
  ['12345_b.sql', '', 'bad-name'],
  ['0002_.sql', '', 'bad-name'],
  ['readme.md', '', 'not-a-migration'],
  ['0002_b.sql.txt', '', 'not-a-migration'],
  ['0002_b.sql.rej', '', 'not-a-migration'],
  ['0002_b.sql', 'folder', 'folder'],
  ['old', 'folder', 'folder'],
  ['0002_b.sql', { link: '0001_a.sql' }, 'symbolic-link'],
  ['0002_b.sql', { link: '/nowhere' }, 'symbolic-link'],
  ['0003_c.sql', '', 'gap', '0002_c.sql'],
  ['0099_c.sql', '', 'gap', '0002_c.sql'],
  ['0000_c.sql', '', 'gap', '0001_c.sql'],
  ['0001_b.sql', '', 'same-number', '0002_b.sql'],
];

for (const [file, content, code, to] of REFUSED) {
  test(`${JSON.stringify(file)} ${typeof content === 'object' ? 'as a link ' : ''}is refused: ${code}`, (t) => {
    const { read, describe, rename } = makeFolder(t, { ...(file === '0000_c.sql' ? {} : A), [file]: content });
    const { problems } = read();
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.file]),
      [[code, file]],
    );
    const { message, hint } = describe(problems[0]!);
    assert.ok(message !== '' && hint !== '');
    if (to === undefined) return;
    assert.match(hint, new RegExp(`(rename .* to|for this one) ${to.replaceAll('.', '\\.')}`));
    rename(file, to);
    assert.deepEqual(read().problems, []);
  });
}

test('a file name cannot command the terminal', (t) => {
  const { read } = makeFolder(t, { ...A, '0002_\u001b[2Jb\u202e.sql': '' });
  assert.equal(read().problems[0]!.file, '0002_\\u{1b}[2Jb\\u{202e}.sql');
});

test('every problem of a folder is told at once, in the order of the numbers', (t) => {
  const { read } = makeFolder(t, { '0001_a.sql': 'commit;', '0001_b.sql': '', '0004_d.sql': '\\i x', 'B.sql': '' });
  assert.deepEqual(
    read().problems.map(({ code, file }) => [code, file]),
    [
      ['bad-name', 'B.sql'],
      ['same-number', '0001_b.sql'],
      ['gap', '0004_d.sql'],
      ['transaction-control', '0001_a.sql'],
      ['psql-command', '0004_d.sql'],
    ],
  );
});

const latin1 = (text: string) => Buffer.from(text, 'latin1');
/** `expected`: what the file holds once the printed command has run. */
const BYTES: [what: string, bytes: Buffer, code: MigrationProblem['code'], line: number, expected?: string][] = [
  ['Latin-1', latin1("select 1;\n-- Zürich\nselect 'ü';\n"), 'not-utf8', 2, "select 1;\n-- Zürich\nselect 'ü';\n"],
  ['UTF-16 with its mark', Buffer.from("\uFEFFselect 'ü';", 'utf16le'), 'not-utf8', 1, "select 'ü';"],
  ['UTF-16 without', Buffer.from('select 1;', 'utf16le'), 'not-utf8', 1],
  ['UTF-16, high byte first', Buffer.from('\uFEFFselect 1;', 'utf16le').swap16(), 'not-utf8', 1, 'select 1;'],
  ['a lone surrogate', Buffer.from([0x2d, 0x2d, 0x0a, 0xed, 0xa0, 0x80]), 'not-utf8', 2],
  ['an overlong slash', Buffer.from([0x2d, 0x2d, 0xc0, 0xaf]), 'not-utf8', 1],
  ['a character that is cut off', Buffer.from([0x2d, 0x2d, 0x0a, 0x0a, 0xe2, 0x82]), 'not-utf8', 3],
  ['a byte order mark', Buffer.from('\uFEFFselect 1;'), 'byte-order-mark', 1, 'select 1;'],
  ['a NUL', Buffer.from("select 1;\n\nselect '\0';"), 'nul-character', 3],
];

for (const [what, bytes, code, line, expected] of BYTES) {
  test(`${what} is refused with its line`, (t) => {
    const { folder, read, describe } = makeFolder(t, { '0001_a.sql': bytes });
    const { problems, migrations, names } = read();
    const [problem] = problems;
    assert.deepEqual([problems.length, problem!.code, 'line' in problem! && problem.line], [1, code, line]);
    assert.deepEqual([migrations, names], [[], ['0001_a']]);
    if (expected === undefined) return;
    const command = /: ((iconv|tail) .*)$/.exec(describe(problem!).hint)![1]!;
    execFileSync('sh', ['-c', command]);
    assert.deepEqual(read().problems, []);
    assert.equal(readFileSync(join(folder, '0001_a.sql'), 'utf8').replace('\uFEFF', ''), expected);
  });
}

test('a symbolic link becomes a file by the printed command', (t) => {
  const { read, describe } = makeFolder(t, { ...A, '0002_b.sql': { link: '0001_a.sql' } });
  execFileSync('sh', ['-c', /: (cat .*)$/.exec(describe(read().problems[0]!).hint)![1]!]);
  assert.deepEqual(read().problems, []);
  assert.equal(read().migrations[1]!.sql, 'select 1;\n');
});

const OUTSIDE = [
  ...['create index concurrently i on t (a)', 'CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)'],
  ...['drop index concurrently i', 'reindex table concurrently t', 'reindex (verbose) index concurrently i'],
  ...['reindex database d', 'vacuum', 'vacuum (full) t', 'cluster', 'create database d', 'drop database d'],
  ...["alter system set work_mem = '1MB'", 'drop tablespace t', 'alter table p detach partition q concurrently'],
];
const INSIDE = [
  ...['create index i on t (a)', 'create index concurrently_named on t (a)', 'reindex table t', 'cluster t using i'],
  ...[
    "select 'vacuum'",
    'create function vacuum() returns int language sql return 1',
    'alter table p detach partition q',
  ],
  ...[
    "alter type e add value 'x'",
    'set local search_path = app',
    "set lock_timeout = '1s'",
    'set search_path = app, public',
  ],
  ...["select set_config('search_path', '', true)", 'copy t to stdout', 'prepare p as select 1', 'reset search_path'],
  ...["create function f() returns int language sql set search_path = '' return 1", 'set search_path to default'],
  ...['do $$ begin perform 1; commit; end $$'],
];
const STATEMENTS: [sql: string, code: MigrationProblem['code'] | undefined, line?: number, says?: RegExp][] = [
  ...OUTSIDE.map((sql): (typeof STATEMENTS)[number] => [
    sql,
    'cannot-run-in-transaction',
    1,
    /slipway: no-transaction/,
  ]),
  ...OUTSIDE.map((sql): (typeof STATEMENTS)[number] => [`-- slipway: no-transaction\n${sql}`, undefined]),
  ...INSIDE.map((sql): (typeof STATEMENTS)[number] => [sql, undefined]),
  ['select 1;\n\n  begin;', 'transaction-control', 3],
  ['start transaction;', 'transaction-control', 1],
  ['select 1; END', 'transaction-control', 1],
  ['-- slipway: no-transaction\nbegin; select 1; commit;', undefined],
  ['--slipway:No-Transaction  \nvacuum;', undefined],
  ['copy t (a, b) from stdin;\n1\t2\n\\.\n', 'copy-from-stdin', 1, /insert into … values/],
  ["copy public.t from stdin with (format csv);\n'\n", 'copy-from-stdin', 1],
  ['select 1;\n\\i other.sql\nselect 2;', 'psql-command', 2, /put the text of that file here/],
  ['\\restrict abc\n\nselect 1;', 'psql-command', 1, /delete the line/],
  ["\\copy t from 'x'", 'psql-command', 1, /insert into … values/],
  ['\\set x 1\nselect 1;', 'psql-command', 1, /write the value itself/],
  ["select 'drop table t'\n\\gexec", 'psql-command', 2, /do \$\$ … execute … \$\$/],
  ["select pg_catalog.set_config('search_path', '', false);", 'search-path', 1, /public\.orders/],
  ["-- dump\nSET search_path = '';", 'search-path', 2, /set local search_path/],
  ['set session search_path to app;', 'search-path', 1],
  ["set schema 'app';", 'search-path', 1],
  [
    '-- slipway: no-transaction\nset search_path = app;',
    'search-path',
    2,
    /^delete it and write names with their schema: public\.orders$/,
  ],
];

for (const [sql, code, line, says = /./] of STATEMENTS) {
  test(`${JSON.stringify(sql)} is ${code ?? 'fine'}`, (t) => {
    const { read, describe } = makeFolder(t, { '0001_a.sql': sql });
    const { problems } = read();
    assert.deepEqual(
      problems.map((problem) => [problem.code, 'line' in problem && problem.line]),
      code === undefined ? [] : [[code, line]],
    );
    if (problems[0] !== undefined) assert.match(describe(problems[0]).hint, says);
  });
}
