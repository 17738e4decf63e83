import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { explainError } from '@slipway/util/errors';
import { PRIVATE, replaceFile, writeFiles } from '../../src/util/files/write-files.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'slipway-write-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}
const modeOf = (path: string) => lstatSync(path).mode & 0o777;

test('a secret file is for its owner alone, also one that was there before with the same text', async (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'own'));
  for (const name of ['same', 'changed']) writeFileSync(join(root, 'own', name), name, { mode: 0o644 });
  const files = new Map([
    ['own/same', 'same'],
    ['own/changed', 'new'],
    ['own/fresh', 'fresh'],
  ]);
  const { written } = await writeFiles(root, files, 'own', PRIVATE);
  assert.deepEqual(written, ['own/changed', 'own/fresh']);
  for (const [path, text] of files) {
    assert.equal(modeOf(join(root, path)), PRIVATE, path);
    assert.equal(readFileSync(join(root, path), 'utf8'), text);
  }
});

test('a link is replaced by a file, what it leads to stays as it is', async (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'elsewhere'), 'secret', { mode: 0o644 });
  mkdirSync(join(root, 'own'));
  symlinkSync('../elsewhere', join(root, 'own', 'link'));
  const { written } = await writeFiles(root, new Map([['own/link', 'secret']]), 'own', PRIVATE);
  assert.deepEqual(written, ['own/link'], 'the same text behind a link is not the file');
  assert.ok(lstatSync(join(root, 'own/link')).isFile());
  assert.equal(modeOf(join(root, 'elsewhere')), 0o644);
});

test('what cannot be written is named, leaves what was there and nothing beside it', async (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'taken', 'inside'), { recursive: true });
  await assert.rejects(replaceFile(join(root, 'taken'), 'text', PRIVATE), (error: Error) => {
    const told = explainError(error);
    assert.match(told, /^✗ .*\/taken: cannot be written, and what was there stays: E/);
    assert.doesNotMatch(told, /text|bug/);
    return true;
  });
  assert.deepEqual(readdirSync(root), ['taken']);
});

test('the unfinished file of a secret lies where it is told to', async (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'a-file'), '');
  await assert.rejects(replaceFile(join(root, 'x'), 'text', PRIVATE, join(root, 'a-file', 'below')));
  await replaceFile(join(root, 'x'), 'text', PRIVATE, join(root, 'scratch'));
  assert.deepEqual(readdirSync(join(root, 'scratch')), []);
  assert.equal(modeOf(join(root, 'x')), PRIVATE);
  chmodSync(join(root, 'x'), 0o600);
});
