import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const root = mkdtempSync(join(tmpdir(), 'slipway-test-executor-'));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, 'sample');

function runFiles(files: Record<string, string>, options: object = {}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), name.endsWith('.test.mjs') ? `import { test } from 'node:test';\n${text}` : text);
  }
  // Without the variable that makes node:test believe it is inside of a test file.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = { ...inherited, ORDER_KEY: 'of the project', NX_TASK_TARGET_TARGET: 'test' };
  const argv = [join(import.meta.dirname, 'run-executor.ts'), root, JSON.stringify(options)];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env });
  return { status, output: stdout + stderr };
}
const counts = () => JSON.parse(readFileSync(join(root, 'dist/tests/sample-test.json'), 'utf8')) as object;

test('counts what passed, failed and was skipped, and names what failed with its file', () => {
  const { status, output } = runFiles({
    'a.test.mjs': "test('one', () => {}); test.skip('two');",
    'b.test.mjs': "test('three', () => { throw new Error('planted'); }); test.todo('four');",
  });
  assert.equal(status, 1);
  assert.match(output, /planted/);
  assert.deepEqual(counts(), { passed: 1, failed: 1, skipped: 2, failures: ['b.test.mjs › three'] });
});

for (const [what, text, reason] of [
  [
    'a test that never ends',
    "test('x', () => new Promise(() => setInterval(() => {}, 1000)));",
    /still open: .*Timeout/,
  ],
  [
    'a server that is left open',
    "import { createServer } from 'node:net'; test('x', () => createServer().listen(0));",
    /TCP/,
  ],
  ['a wait before the first test', 'await new Promise(() => setInterval(() => {}, 1000));', /still open/],
  ['a loop', "test('x', () => { while (true); });", /a loop keeps it busy/],
] as const) {
  test(`${what} ends its file within the limit, by name, and no other file`, () => {
    const { status, output } = runFiles(
      { 'hangs.test.mjs': text, 'works.test.mjs': "test('x', () => {});" },
      { fileLimit: 1 },
    );
    assert.equal(status, 1);
    assert.match(output, /hangs\.test\.mjs did not end within 1 s/);
    assert.match(output, reason);
    const { passed, failed } = counts() as { passed: number; failed: number };
    assert.ok(passed >= 1 && failed >= 1);
  });
}

test('a file that cannot be read has failed', () => {
  assert.equal(runFiles({ 'a.test.mjs': 'let = ;' }).status, 1);
  assert.deepEqual(counts(), { passed: 0, failed: 1, skipped: 0, failures: ['a.test.mjs'] });
});

test('too few covered branches are a failure that says how many', () => {
  const files = {
    'source.mjs':
      'export function sign(x) {\n  if (x < 0) {\n    return -1;\n  }\n  if (x === 0) {\n    return 0;\n  }\n  return 1;\n}\n',
    'a.test.mjs': "import { sign } from './source.mjs'; test('x', () => { sign(1); });",
  };
  const coverage = { files: ['source.mjs'], branches: 90 };
  assert.equal(runFiles(files, { coverage }).status, 1);
  assert.match(JSON.stringify(counts()), /% of the branches are covered; at least 90 % must be/);
  assert.equal(runFiles(files, { coverage: { ...coverage, branches: 10 } }).status, 0);
  assert.equal(runFiles(files, { coverage, name: 'x' }).status, 0, 'a part of the tests covers a part');
});

test('one file or one test can be chosen; nothing to run is a failure', () => {
  const files = {
    'a.test.mjs': "test('one', () => {}); test('two', () => {});",
    'b.test.mjs': "test('one', () => {});",
  };
  assert.equal(runFiles(files, { file: 'a.test', name: '^one$' }).status, 0);
  assert.equal((counts() as { passed: number }).passed, 1);
  const { status, output } = runFiles(files, { file: 'c.test' });
  assert.equal(status, 1);
  assert.match(output, /sample has no test file c\.test/);
});

test('a file whose `before` opens something and which has no test of the name ends by itself', () => {
  const opens = `import { before, after } from 'node:test'; import { createServer } from 'node:net';
    let server; before(() => { server = createServer().listen(0); }); after(() => server.close());`;
  const files = {
    'a.test.mjs': `${opens} test('one', () => {});`,
    'b.test.mjs': `${opens} import { describe } from 'node:test'; describe('some', () => test('two', () => {}));`,
  };
  const { status, output } = runFiles(files, { name: '^two$', fileLimit: 30 });
  assert.equal(status, 0, output);
  assert.doesNotMatch(output, /did not end/);
  assert.equal((counts() as { passed: number }).passed, 1);
  const none = runFiles(files, { name: '^three$', fileLimit: 30 });
  assert.equal(none.status, 1, none.output);
  assert.match(none.output, /✗ sample has no test "\^three\$"/);
});

test('tests see neither the project’s .env, which Nx has read, nor the variables of the task', () => {
  const { status, output } = runFiles({
    '.env': 'ORDER_KEY=of the project\n',
    'a.test.mjs': `test('x', () => {
      if (process.env.ORDER_KEY || process.env.NX_TASK_TARGET_TARGET) throw new Error('seen');
    });`,
  });
  assert.equal(status, 0, output);
});
