import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { readConfigs } from '../../src/services/config/read-configs.ts';
import { readServiceSpec } from '../../src/services/read-service.ts';
import { workspaceWith, write } from '../support/workspace-with.ts';

const workspace = (t: TestContext, files: Record<string, string>) =>
  workspaceWith(t, { 'package.json': '{"type":"module"}', ...files });

const GOOD = "export const schema = { properties: { A: { type: 'string' } } };\n";

const FAULTS: [what: string, text: string, line: number | undefined, message: RegExp, hint: RegExp][] = [
  [
    'a syntax error',
    'export const schema = {\n  A: 1\n  B: 2,\n};\n',
    3,
    /^does not compile: Expected/,
    /correct the line/,
  ],
  ['an exception', 'const x: any = undefined;\n\nexport const schema = x.y.z;\n', 3, /throws on import: .*'y'/, /data/],
  ['something else thrown', "throw 'up';\n", undefined, /throws on import: up/, /data/],
  [
    'an import of no package',
    "\nimport x from 'no-such-package';\nexport const schema = x;\n",
    2,
    /no-such-package/,
    /add/,
  ],
  [
    'an endless await',
    `await new Promise(() => setInterval(() => {}, 1000));\n${GOOD}`,
    undefined,
    /not read within 2 s/,
    /wait/,
  ],
  ['an endless loop', `while (true) {}\n${GOOD}`, undefined, /not read within 2 s/, /wait/],
  ['an exit', `process.exit(3);\n${GOOD}`, undefined, /ends the process that reads it \(exit code 3\)/, /data/],
  [
    'a rejection nobody handles',
    `Promise.reject(new Error('late'));\nawait null;\nawait new Promise((r) => setTimeout(r, 200));\n${GOOD}`,
    undefined,
    /ends the process that reads it/,
    /data/,
  ],
];
for (const [what, text, line, message, hint] of FAULTS) {
  test(`${what} in one file is told, and the others are read`, async (t) => {
    const root = workspace(t, { 'a/config.ts': GOOD, 'b/config.ts': text, 'c/config.ts': GOOD });
    const results = await readConfigs(root, ['a/config.ts#schema', 'b/config.ts#schema', 'c/config.ts#schema'], 2_000);
    const read = [...results].filter(([, result]) => 'schema' in result).map(([file]) => file);
    assert.deepEqual(read.sort(), ['a/config.ts#schema', 'c/config.ts#schema']);
    const result = results.get('b/config.ts#schema')!;
    assert.ok('problem' in result);
    assert.deepEqual([result.problem.file, result.problem.line], ['b/config.ts', line]);
    assert.match(result.problem.message, message);
    assert.match(result.problem.hint, hint);
    assert.equal(result.problem.message.includes(root), false);
  });
}

test('a fault of an imported file names that file and its line', async (t) => {
  const root = workspace(t, { 'a/config.ts': "import './limits.ts';\n", 'a/limits.ts': '\nthrow new Error("no");\n' });
  const result = (await readConfigs(root, ['a/config.ts#schema'])).get('a/config.ts#schema')!;
  assert.ok('problem' in result);
  assert.deepEqual([result.problem.file, result.problem.line], ['a/limits.ts', 2]);
});

test('inputs are what was read: modules, JSON and other files, also those that are not there', async (t) => {
  const root = workspace(t, {
    'libs/x.ts': "export * from './y.ts';\n",
    'libs/y.ts': 'export const y = 1;\n',
    'a/values.json': '{}',
    'a/names.txt': '',
    'a/config.ts': `import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { y } from '../libs/x.ts';
import values from './values.json' with { type: 'json' };
readFileSync(new URL('names.txt', import.meta.url));
await readFile(import.meta.dirname + '/names.txt');
existsSync(import.meta.dirname + '/optional.txt');
export const schema = { properties: { y, values } };
`,
  });
  const result = (await readConfigs(root, ['a/config.ts#schema'])).get('a/config.ts#schema')!;
  assert.deepEqual(
    result.inputs.filter((input) => !input.endsWith('package.json')),
    ['a/config.ts', 'a/names.txt', 'a/optional.txt', 'a/values.json', 'libs/x.ts', 'libs/y.ts'],
  );
});

test('what several files share counts for each of them, and nothing else of another does', async (t) => {
  const shared = `import { readFileSync } from 'node:fs';
export const names = readFileSync(new URL('names.txt', import.meta.url), 'utf8');\n`;
  const config = `import { existsSync } from 'node:fs';
import { names } from '../libs/names.ts';
existsSync(import.meta.dirname + '/own.txt');
export const schema = { properties: { names } };\n`;
  const files = { 'libs/names.ts': shared, 'libs/names.txt': 'x', 'a/config.ts': config, 'b/config.ts': config };
  const root = workspace(t, { ...files, 'c/config.ts': GOOD });
  const results = await readConfigs(root, ['a/config.ts#schema', 'b/config.ts#schema', 'c/config.ts#schema']);
  const inputs = (file: string) =>
    results.get(`${file}#schema`)!.inputs.filter((input) => !input.endsWith('package.json'));
  for (const name of ['a', 'b'])
    assert.deepEqual(inputs(`${name}/config.ts`), [
      `${name}/config.ts`,
      `${name}/own.txt`,
      'libs/names.ts',
      'libs/names.txt',
    ]);
  assert.deepEqual(inputs('c/config.ts'), ['c/config.ts']);
});

test('an edit of an imported file is seen by a process that lives on', async (t) => {
  const config = `import { minimum } from './limits.ts';
export const schema = { properties: { A: { type: 'integer', default: minimum, 'x-slipway': { kind: 'plain', secret: false } } } };\n`;
  const root = workspace(t, { 'apps/a/src/config.ts': config, 'apps/a/src/limits.ts': 'export const minimum = 1;\n' });
  const value = async () => (await readServiceSpec(root, 'apps/a')).keys[0]!.default;
  assert.equal(await value(), '1');
  write(root, 'apps/a/src/limits.ts', 'export const minimum = 200;\n');
  assert.equal(await value(), '200');
});

test('a config.ts sees no environment: what is assembled depends on files alone', async (t) => {
  process.env.SLIPWAY_TEST_SECRET = 'x';
  t.after(() => delete process.env.SLIPWAY_TEST_SECRET);
  const root = workspace(t, {
    'a/config.ts': 'export const schema = { properties: {}, secret: process.env.SLIPWAY_TEST_SECRET ?? null };\n',
  });
  assert.deepEqual((await readConfigs(root, ['a/config.ts#schema'])).get('a/config.ts#schema'), {
    inputs: ['a/config.ts', 'package.json'],
    packageFiles: [],
    schema: { properties: {}, secret: null },
  });
});
