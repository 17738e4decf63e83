import assert from 'node:assert/strict';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readConfigsOnce } from '../../src/services/config/read-configs-once.ts';
import { workspaceWith, write as writeTo } from '../support/workspace-with.ts';

const FILE = 'apps/a/src/config.ts';
const REFERENCE = `${FILE}#schema`;
const CONFIG = `import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { word } from 'shared';
import { installed } from 'installed';
import { value } from './value.ts';
const here = import.meta.dirname;
appendFileSync(here + '/../imports.log', 'x');
export const schema = {
  properties: { word, installed, value, list: readdirSync(here + '/list'), flag: existsSync(here + '/flag') },
};
`;

/** A workspace whose config.ts notes each of its imports. */
function workspace(t: TestContext) {
  const root = workspaceWith(t, {
    'package.json': '{"type":"module"}',
    [FILE]: CONFIG,
    'apps/a/src/value.ts': 'export const value = 1;\n',
    'apps/a/src/list/one': '',
    'libs/shared/package.json': '{"name":"shared","type":"module","exports":"./index.ts"}',
    'libs/shared/index.ts': "export const word = 'one';\n",
    'node_modules/installed/package.json': '{"name":"installed","type":"module","exports":"./index.js"}',
    'node_modules/installed/index.js': "export const installed = '1.0.0';\n",
  });
  const write = (path: string, text: string) => writeTo(root, path, text);
  symlinkSync('../libs/shared', join(root, 'node_modules', 'shared'));
  const schema = async (): Promise<Record<string, unknown>> => {
    rmSync(join(root, 'apps/a/imports.log'), { force: true });
    const result = (await readConfigsOnce(root, [REFERENCE])).get(REFERENCE);
    const wasImported = existsSync(join(root, 'apps/a/imports.log'));
    return { wasImported, ...(result as { schema: { properties: Record<string, unknown> } }).schema.properties };
  };
  return { root, write, schema };
}

test('a file is imported once, and again when anything that was read for it changes', async (t) => {
  const { root, write, schema } = workspace(t);
  assert.equal((await schema()).wasImported, true);
  assert.deepEqual(await schema(), {
    ...{ wasImported: false, word: 'one', installed: '1.0.0', value: 1, list: ['one'], flag: false },
  });
  const changes: [path: string, text: string, changed: Record<string, unknown>][] = [
    ['apps/a/src/value.ts', 'export const value = 2;\n', { value: 2 }],
    ['libs/shared/index.ts', "export const word = 'two';\n", { word: 'two' }],
    ['node_modules/installed/index.js', "export const installed = '1.0.10';\n", { installed: '1.0.10' }],
    ['apps/a/src/list/two', '', { list: ['one', 'two'] }],
    ['apps/a/src/flag', '', { flag: true }],
  ];
  for (const [path, text, changed] of changes) {
    write(path, text);
    const first = await schema();
    assert.deepEqual({ ...first, ...changed, wasImported: true }, first, path);
    assert.equal((await schema()).wasImported, false, path);
  }
  write('node_modules/.cache/slipway/configs.json', '{"version":');
  assert.equal((await schema()).wasImported, true);
  rmSync(join(root, 'node_modules/.cache'), { recursive: true });
  // Nobody can write a folder where a file is.
  write('node_modules/.cache', '');
  assert.equal((await schema()).value, 2);
  assert.equal((await schema()).wasImported, true);
});

test('a problem is not kept', async (t) => {
  const { write, root } = workspace(t);
  write('apps/a/src/value.ts', '');
  const read = async () => (await readConfigsOnce(root, [REFERENCE])).get(REFERENCE)!;
  assert.ok('problem' in (await read()));
  write('apps/a/src/value.ts', 'export const value = 1;\n');
  assert.ok('schema' in (await read()));
});
