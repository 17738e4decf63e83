import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Descriptor } from '@slipway/oci/blob';
import { pack } from 'tar-stream';
import { savedImage, unpackSaved } from '../../../src/images/engine/saved-image.ts';
import { workspaceWith } from '../../support/workspace-with.ts';

/** As an engine before version 25 writes an image whose first and last layer are one, the link first. */
const oldForm = async (link: string) => {
  const archive = pack();
  archive.entry({ name: 'aaaa/layer.tar', type: 'symlink', linkname: link });
  archive.entry({ name: 'bbbb/layer.tar' }, 'other');
  archive.entry({ name: 'cccc/layer.tar' }, 'shared');
  archive.entry({ name: 'config.json' }, '{}');
  const Layers = ['aaaa/layer.tar', 'bbbb/layer.tar', 'cccc/layer.tar'];
  archive.entry({ name: 'manifest.json' }, JSON.stringify([{ Config: 'config.json', Layers }]));
  archive.finalize();
  return buffer(archive);
};

test('a repeated layer is a link in the archive, which may come before the layer', async (t) => {
  const root = workspaceWith(t, {});
  writeFileSync(join(root, 'image.tar'), await oldForm('../cccc/layer.tar'));
  await unpackSaved(join(root, 'image.tar'), join(root, 'image'));
  assert.equal(readFileSync(join(root, 'image/aaaa/layer.tar'), 'utf8'), 'shared');
  const { manifest, blobs, layerSizes } = await savedImage(join(root, 'image'));
  assert.deepEqual(layerSizes, [6, 5, 6]);
  assert.equal(blobs[0]?.digest, blobs[2]?.digest);
  assert.equal(blobs.at(-1)?.digest, manifest.digest);
});

test('a link out of the archive is left out', async (t) => {
  const root = workspaceWith(t, { secret: 'mine' });
  writeFileSync(join(root, 'image.tar'), await oldForm('../../secret'));
  await unpackSaved(join(root, 'image.tar'), join(root, 'image'));
  assert.deepEqual(readdirSync(join(root, 'image')).sort(), ['bbbb', 'cccc', 'config.json', 'manifest.json']);
});

test('an image that another process has unpacked meanwhile stays', async (t) => {
  const root = workspaceWith(t, { 'image/manifest.json': 'theirs' });
  writeFileSync(join(root, 'image.tar'), await oldForm('../cccc/layer.tar'));
  await unpackSaved(join(root, 'image.tar'), join(root, 'image'));
  assert.equal(readFileSync(join(root, 'image/manifest.json'), 'utf8'), 'theirs');
  assert.deepEqual(readdirSync(root).sort(), ['image', 'image.tar']);
});

/** An unpacked image of these layers. */
const imageOf = (t: TestContext, layers: Record<string, Buffer>) => {
  const root = workspaceWith(t, {
    'config.json': '{}',
    'manifest.json': JSON.stringify([{ Config: 'config.json', Layers: Object.keys(layers) }]),
  });
  for (const [path, bytes] of Object.entries(layers)) writeFileSync(join(root, path), bytes);
  return root;
};
const descriptorsOf = async (folder: string) => {
  const { manifest, blobs } = await savedImage(folder);
  const blob = blobs.find(({ digest }) => digest === manifest.digest);
  assert.ok(blob !== undefined && 'bytes' in blob);
  return (JSON.parse(Buffer.from(blob.bytes).toString()) as { layers: Descriptor[] }).layers;
};

test('a layer has the media type of its compression', async (t) => {
  const text = Buffer.from('the same');
  const folder = imageOf(t, {
    'plain.tar': text,
    'gzip.tar': gzipSync(text),
    'zstd.tar': zstdCompressSync(text),
    'empty.tar': Buffer.alloc(0),
  });
  const types = (await descriptorsOf(folder)).map(({ mediaType }) => mediaType.split('.').at(-1));
  assert.deepEqual(types, ['tar', 'tar+gzip', 'tar+zstd', 'tar']);
});

test('the digests of layers are kept beside them, and made again where they cannot be used', async (t) => {
  const folder = imageOf(t, { 'one.tar': Buffer.from('one'), 'two.tar': Buffer.from('two') });
  const first = await descriptorsOf(folder);
  const kept = join(folder, 'layers.json');
  const known = readFileSync(kept, 'utf8');
  // What is kept counts: the file is not read again.
  const other = `sha256:${'f'.repeat(64)}`;
  writeFileSync(kept, known.replace(first[0]!.digest, other));
  assert.equal((await descriptorsOf(folder))[0]?.digest, other);
  const damaged = ['', '{', 'null', '[]', '{"one.tar":1}', known.replace(first[0]!.digest, '../../x'), known.slice(9)];
  for (const text of damaged) {
    writeFileSync(kept, text);
    assert.deepEqual(await descriptorsOf(folder), first, text);
    assert.equal(readFileSync(kept, 'utf8'), known);
  }
  writeFileSync(join(folder, 'one.tar'), 'longer');
  const [changed, same] = await descriptorsOf(folder);
  assert.deepEqual([changed?.size, same], [6, first[1]]);
  assert.notEqual(changed?.digest, first[0]?.digest);
});
