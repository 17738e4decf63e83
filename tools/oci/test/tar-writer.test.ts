import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { writeTar, writeTarFile, type TarEntry } from '../src/tar-writer.ts';

const dir = mkdtempSync(join(tmpdir(), 'tar-writer-'));
after(() => rmSync(dir, { recursive: true }));

const longName = `app/${'n'.repeat(120)}/index.js`;
const entries: TarEntry[] = [
  { path: 'app/main.js', mode: 0o644, type: 'file', content: Buffer.from('hello\n') },
  { path: '/app', mode: 0o755, type: 'directory' },
  { path: './app/link', mode: 0o777, type: 'symlink', linkname: 'main.js' },
  { path: longName, mode: 0o755, type: 'file', content: Buffer.from('long'), uid: 10001, gid: 10002 },
  { path: 'app/größe', mode: 0o600, type: 'file', content: Buffer.alloc(513, 'x') },
];

function tar(...args: string[]): string {
  return execFileSync('tar', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
}

test('GNU tar reads back names, modes, owners, links and content', async () => {
  const file = join(dir, 'all.tar');
  await writeTarFile(entries, file);
  const lines = tar('tvf', file, '--numeric-owner', '--quoting-style=literal').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => line.replace(/\s+/g, ' ')),
    [
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 app/',
      '-rw------- 0/0 513 1970-01-01 00:00 app/größe',
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00 app/link -> main.js',
      '-rw-r--r-- 0/0 6 1970-01-01 00:00 app/main.js',
      `-rwxr-xr-x 10001/10002 4 1970-01-01 00:00 ${longName}`,
    ],
  );
  assert.equal(tar('xOf', file, 'app/main.js'), 'hello\n');
  assert.equal(tar('xOf', file, 'app/größe').length, 513);
});

test('order of entries and the way of writing make no difference to the bytes', async () => {
  const whole = await writeTar(entries);
  const file = join(dir, 'reversed.tar');
  const { digest, size } = await writeTarFile([...entries].reverse(), file);
  assert.ok(whole.equals(readFileSync(file)));
  assert.equal(size, whole.length);
  assert.equal(digest, `sha256:${createHash('sha256').update(whole).digest('hex')}`);
});

test('pax record lengths count their own digits at every width', async () => {
  for (const length of [101, 130, 988, 989, 990, 991, 992, 993, 994, 2000]) {
    const path =
      Array.from({ length: Math.ceil(length / 50) }, () => 'd'.repeat(49))
        .join('/')
        .slice(0, length - 1) + 'z';
    const file = join(dir, 'pax.tar');
    await writeTarFile([{ path, mode: 0o644, type: 'file', content: Buffer.from('1') }], file);
    assert.equal(tar('tf', file).trimEnd(), path);
  }
});

test('a source file is streamed and its bytes are the same as by content', async () => {
  const source = join(dir, 'source.bin');
  const bytes = Buffer.alloc(3_000_001, 7);
  writeFileSync(source, bytes);
  const streamed = await writeTar([{ path: 'bin', mode: 0o755, type: 'file', source }]);
  const inline = await writeTar([{ path: 'bin', mode: 0o755, type: 'file', content: bytes }]);
  assert.ok(streamed.equals(inline));
});

test('refuses paths that leave the archive, duplicates and links to nowhere', async () => {
  const file = (path: string): TarEntry => ({ path, mode: 0o644, type: 'file' });
  await assert.rejects(writeTar([file('a/../../etc')]), /not a path inside/);
  await assert.rejects(writeTar([file('/')]), /not a path inside/);
  await assert.rejects(writeTar([file('a'), file('./a')]), /comes twice/);
  await assert.rejects(writeTar([{ path: 'l', mode: 0o777, type: 'symlink' }]), /no linkname/);
});

test('a failure leaves no file behind', async () => {
  const before = readdirSync(dir).sort();
  const missing: TarEntry = { path: 'a', mode: 0o644, type: 'file', source: join(dir, 'absent') };
  await assert.rejects(writeTarFile([missing], join(dir, 'broken.tar')), /ENOENT/);
  assert.deepEqual(readdirSync(dir).sort(), before);
});

test('digests are the same on every machine and with every version of the tar library', async () => {
  const { digest, size } = await writeTarFile(entries, join(dir, 'golden.tar'));
  assert.equal(size, 6656);
  assert.equal(digest, 'sha256:30e7b3e4a3d363d0455cb13e816acad945c826402440de9b3c3c2ae459be8d0e');
});

test('a source that changes while it is read is an error', async () => {
  const fifo = join(dir, 'growing');
  execFileSync('mkfifo', [fifo]);
  // Its size is 0 and yet it has content.
  const feeding = execFile('sh', ['-c', 'echo content > "$0"', fifo]);
  await assert.rejects(
    writeTar([{ path: 'a', mode: 0o644, type: 'file', source: fifo }]),
    (error) => error instanceof UserError && /growing changed while it was read/.test(error.message),
  );
  feeding.kill();
});
