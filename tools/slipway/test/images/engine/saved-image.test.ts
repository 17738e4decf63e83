import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
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
