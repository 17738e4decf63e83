import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { appFiles } from '../../../src/images/layers/app-files.ts';
import { deployedMigrations, historyProblems, migrationProblems } from '../../../src/services/migration-problems.ts';
import { serviceSpec } from '../../support/service-spec.ts';

const shop = serviceSpec('shop', [], { hasDatabase: true });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function workspace(t: TestContext, files: Record<string, string | Buffer> | undefined) {
  const root = mkdtempSync(join(tmpdir(), 'slipway-migrations-'));
  t.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'apps/shop/migrations');
  if (files !== undefined) mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files ?? {})) writeFileSync(join(folder, name), content);
  return root;
}

test('a database without a folder of migrations is told', (t) => {
  const [problem] = migrationProblems(workspace(t, undefined), shop);
  assert.deepEqual(
    [problem!.file, problem!.message],
    ['apps/shop/migrations', 'does not exist, but the service has a database'],
  );
});

test('a message has its file and line in the workspace, and a command that works from its root', (t) => {
  const root = workspace(t, { '0001_a.sql': Buffer.from("select 1;\nselect 'ü';", 'latin1') });
  const [problem] = migrationProblems(root, shop);
  assert.equal(problem!.file, 'apps/shop/migrations/0001_a.sql');
  assert.equal(problem!.line, 2);
  assert.match(problem!.hint, /iconv -f ISO-8859-1 -t UTF-8 apps\/shop\/migrations\/0001_a\.sql > /);
});

test('a new migration may come, also after a rollback; what was applied may not change', (t) => {
  const files = { '0001_a.sql': 'select 1;', '0002_b.sql': 'select 2;' };
  const deployed = deployedMigrations(workspace(t, files), shop);
  const none: string[] = [];
  const told = (changed: Record<string, string>) =>
    historyProblems(workspace(t, changed), shop, deployed, 'RESET').map(({ file, hint }) => `${file}: ${hint}`);
  assert.deepEqual(told({ ...files, '0003_c.sql': '' }), none);
  assert.deepEqual(told({ '0001_a.sql': 'select 1;' }), none);
  assert.match(
    told({ ...files, '0002_b.sql': 'select 3;' }).join(),
    /0002_b\.sql: take the edit back .*where the data may go: RESET$/,
  );
  assert.match(
    told({ '0001_a.sql': 'select 1;', '0002_x.sql': 'select 2;' }).join(),
    /0002_x\.sql: rename it back to 0002_b\.sql$/,
  );
  assert.match(
    told({ '0001_a.sql': 'select 1;', '0002_x.sql': '' }).join(),
    /0002_x\.sql: merge the branch that has 0002_b\.sql/,
  );
});

test('where nothing can be emptied, no hint says so', (t) => {
  const deployed = deployedMigrations(workspace(t, { '0001_a.sql': 'select 1;' }), shop);
  const [problem] = historyProblems(workspace(t, { '0001_a.sql': 'select 2;' }), shop, deployed, undefined);
  assert.match(problem!.hint, /and write a new migration$/);
});

test('a deploy of an older release keeps the history of the newer one', (t) => {
  const files = { '0001_a.sql': 'select 1;', '0002_b.sql': 'select 2;' };
  const newer = deployedMigrations(workspace(t, files), shop);
  const older = deployedMigrations(workspace(t, { '0001_a.sql': 'select 1;' }), shop, newer);
  assert.deepEqual(older, newer);
});

test('an inventory of an earlier version, written from a checkout with CRLF, still holds', (t) => {
  const deployed = { '0001_a.sql': sha256('select 1;\r\nselect 2;\r\n') };
  const root = workspace(t, { '0001_a.sql': 'select 1;\nselect 2;\n' });
  assert.deepEqual(historyProblems(root, shop, deployed, undefined), []);
});

test('the image holds the migrations alone, the same from every checkout', (t) => {
  const files = (root: string) => appFiles(root, shop).map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]);
  const expected = files(workspace(t, { '0001_a.sql': 'select 1;\nselect 2;\n' }));
  const other = workspace(t, { '0001_a.sql': 'select 1;\r\nselect 2;\r\n', '.DS_Store': '\0', '0001_a.sql~': '' });
  assert.deepEqual(files(other), expected);
  assert.throws(() => files(workspace(t, { '0001_a.SQL': '' })), /0001_a\.SQL: is no name for a migration/);
});
