import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { digestOf } from '../src/blob.ts';
import { type ArchivedImage, layoutImage, writeImageArchive } from '../src/image-archive.ts';
import { writeLayout } from '../src/oci-layout.ts';
import { writeTar } from '../src/tar-writer.ts';

const dir = mkdtempSync(join(tmpdir(), 'image-archive-'));
after(() => rmSync(dir, { recursive: true }));

async function layer(text: string) {
  const bytes = await writeTar([{ path: 'greeting', mode: 0o644, type: 'file', content: Buffer.from(text) }]);
  return { bytes, digest: digestOf(bytes), size: bytes.length };
}

const base = await layer('base');
const images: ArchivedImage[] = [];
for (const name of ['order', 'product']) {
  const config = { architecture: 'amd64', os: 'linux', config: { Cmd: [name] } };
  const layers = [base, await layer(name)];
  await writeLayout(join(dir, name), { ref: `slipway.local/${name}:1`, config, layers });
  images.push(await layoutImage(join(dir, name)));
}

function filesIn(archive: string): string[] {
  return execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).trim().split('\n');
}

const path = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

test('images keep their names and share their blobs', async () => {
  const archive = join(dir, 'all.tar');
  await writeImageArchive(images, archive);
  const index = JSON.parse(execFileSync('tar', ['-xOf', archive, 'index.json'], { encoding: 'utf8' })) as {
    manifests: { digest: string; annotations: Record<string, string> }[];
  };
  assert.deepEqual(
    index.manifests.map(({ digest, annotations }) => [digest, annotations]),
    images.map(({ name, manifest }) => [manifest.digest, { 'io.containerd.image.name': name }]),
  );
  const blobs = new Set(images.flatMap((image) => image.blobs.map(({ digest }) => path(digest))));
  assert.equal(blobs.size, 7, 'a manifest, a config and a layer for each, and one base');
  assert.deepEqual(filesIn(archive).sort(), [...blobs, 'index.json', 'oci-layout'].sort());
});

test('blobs that the reader has are left out, but never a manifest', async () => {
  const archive = join(dir, 'rest.tar');
  await writeImageArchive(images, archive, () => true);
  const manifests = images.map(({ manifest }) => path(manifest.digest));
  assert.deepEqual(filesIn(archive).sort(), [...manifests, 'index.json', 'oci-layout'].sort());
  await writeImageArchive(images, archive, (digest) => digest === base.digest);
  assert.equal(filesIn(archive).length, 8);
  assert.ok(!filesIn(archive).includes(path(base.digest)));
});

test('a blob may be bytes in memory', async () => {
  const archive = join(dir, 'bytes.tar');
  const bytes = Buffer.from('{}');
  const blob = { digest: digestOf(bytes), size: bytes.length, bytes };
  const manifest = { mediaType: 'application/json', digest: blob.digest, size: blob.size };
  await writeImageArchive([{ name: 'x:1', manifest, blobs: [blob] }], archive);
  assert.equal(execFileSync('tar', ['-xOf', archive, path(blob.digest)], { encoding: 'utf8' }), '{}');
});
