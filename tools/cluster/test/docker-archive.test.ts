import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { blobPath, digestOf } from '@slipway/oci/blob';
import { readLayout } from '@slipway/oci/layout';
import { writeTar, writeTarFile, type TarEntry } from '@slipway/oci/tar';
import { dockerArchiveToLayout } from '../src/images/official/docker-archive.ts';

const dir = mkdtempSync(join(tmpdir(), 'docker-archive-'));
after(() => rmSync(dir, { recursive: true }));

const file = (path: string, content: Uint8Array | string): TarEntry => ({
  path,
  mode: 0o644,
  type: 'file',
  content: Buffer.from(content),
});
const layers = await Promise.all(['one', 'two'].map((text) => writeTar([file('greeting', text)])));

type Packing = { layerPath: (index: number) => string; compress?: (layer: Buffer) => Uint8Array; diffIds?: string[] };

async function convert(
  name: string,
  { layerPath, compress = (layer) => layer, diffIds = layers.map(digestOf) }: Packing,
) {
  const folder = join(dir, name);
  mkdirSync(folder);
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['node'], User: '1000' },
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
  const manifest = [{ Config: 'config.json', RepoTags: ['x:1'], Layers: layers.map((_, index) => layerPath(index)) }];
  const archive = join(folder, 'image.tar');
  await writeTarFile(
    [
      file('manifest.json', JSON.stringify(manifest)),
      file('config.json', JSON.stringify(config)),
      ...layers.map((layer, index) => file(layerPath(index), compress(layer))),
    ],
    archive,
  );
  const destination = join(folder, 'layout');
  await dockerArchiveToLayout(archive, { ref: 'docker.io/library/x:1', destination, workFolder: folder });
  return { destination, ...(await readLayout(destination)) };
}

test('the legacy format of Docker before 25', async () => {
  const layout = await convert('legacy', { layerPath: (index) => `${index}/layer.tar` });
  assert.equal(layout.ref, 'docker.io/library/x:1');
  assert.deepEqual(layout.config.config, { Cmd: ['node'], User: '1000' });
  assert.deepEqual(
    layout.manifest.layers.map(({ digest }) => digest),
    layers.map(digestOf),
  );
  for (const layer of layers) assert.ok(readFileSync(blobPath(layout.destination, digestOf(layer))).equals(layer));
});

test('compressed blobs of the containerd store become the same uncompressed layers', async () => {
  const layerPath = (index: number): string => `blobs/sha256/${index}`;
  const gzip = await convert('gzip', { layerPath, compress: (layer) => gzipSync(layer) });
  const zstd = await convert('zstd', { layerPath, compress: (layer) => zstdCompressSync(layer) });
  const plain = await convert('plain', { layerPath });
  assert.equal(gzip.manifestDescriptor.digest, plain.manifestDescriptor.digest);
  assert.equal(zstd.manifestDescriptor.digest, plain.manifestDescriptor.digest);
});

test('a layer with another digest than in its configuration is refused', async () => {
  const diffIds = [digestOf(layers[0] as Buffer), digestOf(Buffer.from('other'))];
  await assert.rejects(
    convert('forged', { layerPath: (index) => `${index}/layer.tar`, diffIds }),
    /layer 1\/layer\.tar .* configuration says/,
  );
  await assert.rejects(
    convert('short', { layerPath: (index) => `${index}/layer.tar`, diffIds: diffIds.slice(1) }),
    /2 layers, its configuration 1/,
  );
});
