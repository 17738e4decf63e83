import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { blobPath, digestOf } from '../src/blob.ts';
import { readLayout, writeLayout } from '../src/oci-layout.ts';
import { writeTar, writeTarFile } from '../src/tar-writer.ts';

const dir = mkdtempSync(join(tmpdir(), 'oci-layout-'));
after(() => rmSync(dir, { recursive: true }));

async function write(name: string, text = 'hello') {
  const entries = [{ path: 'greeting', mode: 0o644, type: 'file' as const, content: Buffer.from(text) }];
  const file = join(dir, `${name}.tar`);
  const layer = { file, ...(await writeTarFile(entries, file)) };
  return writeLayout(join(dir, name), {
    ref: 'slipway.local/greeting:1',
    config: { architecture: 'amd64', os: 'linux', config: { User: '10001:10001', Cmd: ['node'] } },
    layers: [layer],
  });
}

test('what is written is what is read', async () => {
  const written = await write('round-trip');
  assert.deepEqual(await readLayout(join(dir, 'round-trip')), written);
  assert.equal(written.ref, 'slipway.local/greeting:1');
  assert.deepEqual(
    written.config.rootfs.diff_ids,
    written.manifest.layers.map((layer) => layer.digest),
  );
  for (const blob of [written.manifestDescriptor, written.manifest.config, ...written.manifest.layers]) {
    const bytes = readFileSync(blobPath(join(dir, 'round-trip'), blob.digest));
    assert.equal(digestOf(bytes), blob.digest);
    assert.equal(bytes.length, blob.size);
  }
});

test('the same content has the same digest, other content another', async () => {
  const one = await write('one');
  const two = await write('two');
  const other = await write('other', 'hello!');
  assert.equal(one.manifestDescriptor.digest, two.manifestDescriptor.digest);
  assert.notEqual(one.manifestDescriptor.digest, other.manifestDescriptor.digest);
});

test('a layer may come as bytes', async () => {
  const bytes = await writeTar([{ path: 'a', mode: 0o644, type: 'file', content: Buffer.from('a') }]);
  const layer = { bytes, digest: digestOf(bytes), size: bytes.length };
  const config = { architecture: 'arm64', os: 'linux', config: {} };
  await writeLayout(join(dir, 'bytes'), { ref: 'x:1', config, layers: [layer] });
  assert.equal((await readLayout(join(dir, 'bytes'))).manifest.layers[0]?.digest, layer.digest);
});

test('writing again replaces the old layout and leaves nothing beside it', async () => {
  const first = await write('again', 'first');
  const second = await write('again', 'second');
  assert.equal((await readLayout(join(dir, 'again'))).manifestDescriptor.digest, second.manifestDescriptor.digest);
  assert.equal(existsSync(blobPath(join(dir, 'again'), first.manifestDescriptor.digest)), false);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.startsWith('again')),
    ['again', 'again.tar'],
  );
});

test('errors name the file and carry the hint', async () => {
  const hint = 'run the images command';
  const refused = async (name: string): Promise<UserError> => {
    const error = await readLayout(join(dir, name), hint).catch((reason: unknown) => reason);
    assert.ok(error instanceof UserError);
    assert.equal(error.hint, hint);
    return error;
  };
  assert.match((await refused('nowhere')).message, /nowhere\/index\.json cannot be read \(ENOENT\)$/);
  const { manifest, manifestDescriptor } = await write('damaged');
  const layer = blobPath(join(dir, 'damaged'), manifest.layers[0]?.digest ?? '');
  writeFileSync(layer, 'short');
  assert.match((await refused('damaged')).message, /has 5 bytes instead of \d+$/);
  writeFileSync(blobPath(join(dir, 'damaged'), manifestDescriptor.digest), '{}');
  assert.match((await refused('damaged')).message, /does not match its digest$/);
});

test('a digest that is no digest never becomes a path', () => {
  assert.throws(() => blobPath(dir, 'sha256:../../etc/passwd'), /not a sha256 digest/);
});
