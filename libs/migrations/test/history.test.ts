import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type AppliedMigration, checksum, compareHistory, keptHistory, migrationNames } from '@slipway/migrations';
import { type Content, makeFolder } from './folder.ts';

/** A migration's text is the last word of its name: 0002_a and 0003_renamed_a are the same. */
const textOf = (name: string) => `select '${name.split('_').at(-1)}';\n`;
const fileOf = (names: string[]): Record<string, Content> =>
  Object.fromEntries(names.map((name) => [`${name}.sql`, textOf(name)]));
const appliedOf = (names: string[]): AppliedMigration[] =>
  names.map((name) => ({ name, checksum: checksum(textOf(name)) }));

type Case = { database: string[]; files: string[]; pending?: string[]; problems?: string[]; says?: RegExp };

const CASES: Record<string, Case> = {
  'a new database': { database: [], files: ['0001_a', '0002_b'], pending: ['0001_a', '0002_b'] },
  'nothing to do': { database: ['0001_a'], files: ['0001_a'], pending: [] },
  'a new migration': { database: ['0001_a'], files: ['0001_a', '0002_b'], pending: ['0002_b'] },
  'a database that is ahead: an old release restarts, or a rollback': {
    database: ['0001_a', '0002_b', '0003_c'],
    files: ['0001_a'],
    pending: [],
  },
  'a database that is ahead of a release from before migrations': { database: ['0001_a'], files: [], pending: [] },
  'the last one renamed': {
    database: ['0001_a', '0002_b'],
    files: ['0001_a', '0002_renamed_b'],
    problems: ['renamed 0002_renamed_b.sql'],
    says: /rename it back to 0002_b\.sql$/,
  },
  'an older one renamed': {
    database: ['0001_a', '0002_b'],
    files: ['0001_renamed_a', '0002_b'],
    problems: ['renamed 0001_renamed_a.sql'],
  },
  'renumbered upwards': {
    database: ['0001_a', '0002_b'],
    files: ['0001_a', '0002_x', '0003_b'],
    problems: ['renamed 0003_b.sql'],
    says: /rename it back to 0002_b\.sql, and 0002_x\.sql to another number.*RESET.*docs\/runbook\.md/,
  },
  'renumbered downwards': {
    database: ['0001_a', '0002_x', '0003_b'],
    files: ['0001_a', '0002_b'],
    problems: ['renamed 0002_b.sql', 'missing 0002_x.sql'],
  },
  'another branch with the same number': {
    database: ['0001_a', '0002_a'],
    files: ['0001_a', '0002_b'],
    problems: ['missing 0002_b.sql'],
    says: /merge the branch that has 0002_a\.sql and rename this to 0003_b\.sql; where the data may go: RESET/,
  },
  'another branch that is further': {
    database: ['0001_a', '0002_x', '0003_y'],
    files: ['0001_a', '0002_b'],
    problems: ['missing 0002_b.sql'],
    says: /rename this to 0004_b\.sql/,
  },
  'another branch that is shorter': {
    database: ['0001_a', '0002_x'],
    files: ['0001_a', '0002_b', '0003_c'],
    problems: ['missing 0002_b.sql'],
    says: /rename this to 0004_b\.sql/,
  },
  'one that came late': {
    database: ['0001_a', '0003_c'],
    files: ['0001_a', '0002_b', '0003_c'],
    problems: ['late 0002_b.sql'],
    says: /rename it to 0004_b\.sql/,
  },
  'one that came late, after one that only the database has': {
    database: ['0001_a', '0003_c'],
    files: ['0001_a', '0002_b'],
    problems: ['late 0002_b.sql'],
    says: /rename it to 0004_b\.sql/,
  },
  'one deleted below the newest': {
    database: ['0001_a', '0002_b', '0003_c'],
    files: ['0001_a', '0003_c'],
    problems: ['missing 0002_b.sql'],
    says: /check out or merge the branch that has 0002_b\.sql/,
  },
  'both of two with one number, of which the files have one': {
    database: ['0001_a', '0002_b', '0002_c'],
    files: ['0001_a', '0002_b'],
    problems: ['missing 0002_c.sql'],
  },
  'both of two with one number, one renumbered after the merge': {
    database: ['0001_a', '0002_b', '0002_c'],
    files: ['0001_a', '0002_b', '0003_c'],
    problems: ['renamed 0003_c.sql'],
  },
  'what something else has written': {
    database: ['0001_a', '20240101_init'],
    files: ['0001_a'],
    problems: ['unknown-entry 20240101_init.sql'],
  },
};

for (const [what, { database, files, pending, problems = [], says }] of Object.entries(CASES)) {
  test(`${what}: ${problems.join(', ') || 'fine'}`, (t) => {
    const { read, describe } = makeFolder(t, fileOf(files));
    const compared = compareHistory(read(), appliedOf(database));
    assert.deepEqual(
      compared.problems.map(({ code, file }) => `${code} ${file}`),
      problems,
    );
    if (pending !== undefined)
      assert.deepEqual(
        compared.pending.map(({ name }) => name),
        pending,
      );
    if (says !== undefined) assert.match(describe(compared.problems[0]!).hint, says);
  });
}

test('an edit is told with its time; an entry without a checksum is taken as it is', (t) => {
  const { read, describe } = makeFolder(t, fileOf(['0001_a', '0002_b']));
  const appliedAt = new Date('2026-01-02T03:04:05Z');
  const { problems } = compareHistory(read(), [
    { name: '0001_a', checksum: checksum('select 2;'), appliedAt },
    { name: '0002_b', checksum: undefined },
  ]);
  assert.deepEqual(problems, [{ code: 'edited', file: '0001_a.sql', appliedAt }]);
  const { message, hint } = describe(problems[0]!);
  assert.match(message, /was edited after it was applied \(2026-01-02T03:04:05\.000Z\)/);
  assert.match(hint, /take the edit back.*write a new migration; where the data may go: RESET/);
});

test('a file under a wrong name is told once', (t) => {
  const { read } = makeFolder(t, { ...fileOf(['0001_a']), '0002_B.sql': textOf('0002_b') });
  assert.deepEqual(
    read().problems.map(({ code }) => code),
    ['bad-name'],
  );
  assert.deepEqual(compareHistory(read(), appliedOf(['0001_a', '0002_b'])).problems, []);
});

test('a file that cannot be read is not missing', (t) => {
  const { read } = makeFolder(t, { '0001_a.sql': Buffer.from([0xff, 0xff]) });
  assert.deepEqual(compareHistory(read(), appliedOf(['0001_a'])).problems, []);
});

const sha = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const text = "select 'Zürich';\nselect 2;\n";
/** What databases and inventories of earlier versions hold of that text. */
const RECORDED: [what: string, recorded: string][] = [
  ['the text', sha(text)],
  ['CRLF, as an inventory had it', sha(text.replaceAll('\n', '\r\n'))],
  ['no last line end', sha(text.trimEnd())],
  ['more blank lines at the end', sha(text)],
  ['a byte order mark', sha(`\uFEFF${text}`)],
  ['a byte order mark and CRLF', sha(`\uFEFF${text.replaceAll('\n', '\r\n')}`)],
  ['Latin-1 that was applied with U+FFFD', sha(Buffer.from(text, 'latin1').toString('utf8'))],
  ['Latin-1 as an inventory had it', sha(Buffer.from(text, 'latin1'))],
];
for (const [what, recorded] of RECORDED) {
  for (const [form, content] of Object.entries({
    LF: text,
    CRLF: text.replaceAll('\n', '\r\n'),
    blanks: `${text}\n\n`,
  })) {
    test(`recorded from ${what}, checked out with ${form}: the same file`, (t) => {
      const { read } = makeFolder(t, { '0001_a.sql': content });
      assert.deepEqual(compareHistory(read(), [{ name: '0001_a', checksum: recorded }]).problems, []);
    });
  }
}
for (const edited of [
  "select 'Zurich';\nselect 2;\n",
  "select 'Zürich';\n select 2;\n",
  `${text}-- more\n`,
  "select 'Zürich ';\nselect 2;\n",
]) {
  test(`${JSON.stringify(edited)} is an edit`, (t) => {
    const { read } = makeFolder(t, { '0001_a.sql': edited });
    for (const [, recorded] of RECORDED) {
      assert.equal(compareHistory(read(), [{ name: '0001_a', checksum: recorded }]).problems.length, 1);
    }
  });
}

test('two branches with one number: each hint leads on to a state that is fine', (t) => {
  const { folder, read, rename } = makeFolder(t, fileOf(['0001_a', '0002_b']));
  const database = appliedOf(['0001_a', '0002_other']);
  const [switched] = compareHistory(read(), database).problems;
  assert.equal(switched!.code, 'missing');
  // Merged, as the hint says; git puts both files there.
  writeFileSync(join(folder, '0002_other.sql'), textOf('0002_other'));
  const [collision] = read().problems;
  assert.deepEqual([collision!.code, collision!.file], ['same-number', '0002_other.sql']);
  // The wrong one of the two is renumbered: its checksum gives it away.
  rename('0002_other.sql', '0003_other.sql');
  const [renamed] = compareHistory(read(), database).problems;
  assert.deepEqual([renamed!.code, renamed!.file], ['renamed', '0003_other.sql']);
  rename('0003_other.sql', '0002_other.sql');
  rename('0002_b.sql', (switched as { suggestion: string }).suggestion);
  assert.deepEqual(read().problems, []);
  const { problems, pending } = compareHistory(read(), database);
  assert.deepEqual([problems, pending.map(({ name }) => name)], [[], ['0003_b']]);
});

test('what an inventory keeps: the files, and what is newer in the database', (t) => {
  const { folder, read } = makeFolder(t, fileOf(['0001_a', '0002_b']));
  const { migrations } = read();
  const kept = keptHistory({ '0001_a.sql': 'old', '0002_x.sql': 'x', '0003_c.sql': 'c' }, migrations);
  assert.deepEqual(kept, {
    '0001_a.sql': checksum(textOf('0001_a')),
    '0002_b.sql': checksum(textOf('0002_b')),
    '0003_c.sql': 'c',
  });
  assert.deepEqual(migrationNames(folder), ['0001_a', '0002_b']);
});
