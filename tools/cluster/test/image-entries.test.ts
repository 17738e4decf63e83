import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { accountFiles } from '../src/images/base/base-entries.ts';
import { mergeEntries, textFile } from '../src/images/content/entries.ts';
import { slimEntries } from '../src/images/content/slim-entries.ts';

const root = mkdtempSync(join(tmpdir(), 'image-entries-'));
after(() => rmSync(root, { recursive: true }));

function put(path: string, mode = 0o644): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), path);
  chmodSync(join(root, path), mode);
}

test('manuals, setuid bits and owners are dropped; licences and programs stay', async () => {
  put('usr/bin/tool', 0o4755);
  put('usr/share/doc/tool/copyright');
  put('usr/share/doc/tool/examples/copyright');
  put('usr/share/doc/tool/changelog.gz');
  put('usr/share/man/man1/tool.1.gz');
  put('usr/share/manners/x');
  put('usr/lib/extra/y');
  symlinkSync('tool', join(root, 'usr/bin/alias'));
  const entries = await slimEntries(root, [/^usr\/lib\/extra(\/|$)/]);
  const files = entries.filter(({ type }) => type !== 'directory');
  assert.deepEqual(files.map(({ path, type, mode, uid }) => [path, type, mode.toString(8), uid]).sort(), [
    ['usr/bin/alias', 'symlink', '777', undefined],
    ['usr/bin/tool', 'file', '755', undefined],
    ['usr/share/doc/tool/copyright', 'file', '644', undefined],
    ['usr/share/manners/x', 'file', '644', undefined],
  ]);
});

test('later entries win', () => {
  const merged = mergeEntries([textFile('a', 'old'), textFile('b', 'b')], [textFile('a', 'new')]);
  assert.deepEqual(
    merged.map(({ path, content }) => `${path}=${Buffer.from(content ?? []).toString()}`),
    ['a=new', 'b=b'],
  );
});

test('the account has a passwd line, which initdb requires', () => {
  const passwd = accountFiles({ name: 'postgres', id: 10070, home: '/var/lib/postgresql' }).find(
    ({ path }) => path === 'etc/passwd',
  );
  assert.match(
    Buffer.from(passwd?.content ?? []).toString(),
    /^postgres:x:10070:10070:postgres:\/var\/lib\/postgresql:\/bin\/sh$/m,
  );
});
