import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runTest } from '../src/run-test.ts';

function folderWith(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-run-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const file = 'some.test.mjs';
const text = `import { test } from 'node:test';
test('good', () => {});
test('bad', () => { throw new Error('planted'); });`;

test('green is green, red is red, and a name that no test has is not green', async (t) => {
  const folder = folderWith(t, { [file]: text });
  const isGreen = async (name: string) => (await runTest({ file, name }, folder, t.signal)).isGreen;
  assert.deepEqual([await isGreen('good'), await isGreen('bad'), await isGreen('nowhere')], [true, false, false]);
});

test('a program that cannot be run is an error, not a red test', async (t) => {
  const folder = folderWith(t, { [file]: text, 'no-program': 'not executable' });
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(folder, 'no-program'), join(folder, 'node_modules/.bin/node'));
  await assert.rejects(runTest({ file, name: 'good' }, folder, t.signal), /126/);
});
