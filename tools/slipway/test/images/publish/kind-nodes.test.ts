import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { digestOf } from '@slipway/oci/blob';
import { type ContainerImage, contentTag, imageReference } from '../../../src/images/container-image.ts';
import { kindNodesPublisher, removeStackImages } from '../../../src/images/publish/kind-nodes.ts';
import type { NodeStore } from '../../../src/images/publish/node-store.ts';
import { openTimeline } from '../../../src/util/timeline.ts';

const blob = (text: string) => ({ digest: digestOf(Buffer.from(text)), size: text.length, bytes: Buffer.from(text) });

function image(name: string, layers: string[]): ContainerImage {
  const manifest = blob(`manifest of ${name} ${layers.map((layer) => blob(layer).digest).join()}`);
  const { digest, size } = manifest;
  return {
    repository: `slipway.local/shop/${name}`,
    tag: contentTag(digest),
    manifest: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size },
    blobs: [manifest, ...layers.map(blob)],
  };
}

/** A fake of one node's containerd. */
function fakeNodeStore(node: string, held: ContainerImage[] = [], also: string[] = []) {
  const archives: string[] = [];
  const removed: string[] = [];
  const store: NodeStore = {
    node,
    contents: async () => ({
      references: new Set([...held.map(imageReference), ...also]),
      digests: new Set(held.flatMap(({ blobs }) => blobs.map(({ digest }) => digest))),
    }),
    importArchive: async (file) => void archives.push(readFileSync(file, 'latin1')),
    removeImages: async (references) => void removed.push(...references),
  };
  return { store, archives, removed };
}

const base = 'a layer that every image has';

test('each node gets one archive with what it lacks, and one that has everything gets none', async () => {
  const [order, user] = [image('order', [base, 'order code']), image('user', [base, 'user code'])];
  const [full, half, empty] = [
    fakeNodeStore('full', [order, user]),
    fakeNodeStore('half', [order]),
    fakeNodeStore('empty'),
  ];
  const stores = [full, half, empty].map(({ store }) => store);
  const sent = await kindNodesPublisher(Promise.resolve(stores), openTimeline()).publish([order, user]);
  assert.deepEqual(
    sent.map(({ place, images, bytes }) => [place, images, bytes > 0]),
    [
      ['full', 0, false],
      ['half', 1, true],
      ['empty', 2, true],
    ],
  );
  assert.deepEqual(
    [full, half, empty].map(({ archives }) => archives.length),
    [0, 1, 1],
  );
  assert.ok(!half.archives[0]!.includes(base), 'the blob that the node holds is left out');
  assert.ok(half.archives[0]!.includes('user code'));
  assert.ok(empty.archives[0]!.includes(base));
});

test('old images go from nodes that were just sent newer ones, and from no others', async () => {
  const [old, fresh] = [image('order', ['old code']), image('order', ['fresh code'])];
  const updated = fakeNodeStore('updated', [old], ['docker.io/library/nginx:1']);
  const current = fakeNodeStore('current', [old, fresh]);
  const publisher = kindNodesPublisher(Promise.resolve([updated.store, current.store]), openTimeline());
  await publisher.publish([fresh]);
  const inUse = new Set([imageReference(fresh)]);
  assert.deepEqual(await publisher.removeUnused(inUse), [{ place: 'updated', images: 1 }]);
  assert.deepEqual(updated.removed, [imageReference(old)]);
  assert.deepEqual(current.removed, []);
});

test('an image that something may run again stays', async () => {
  const [old, fresh] = [image('order', ['old code']), image('order', ['fresh code'])];
  const node = fakeNodeStore('node', [old]);
  const publisher = kindNodesPublisher(Promise.resolve([node.store]), openTimeline());
  await publisher.publish([fresh]);
  assert.deepEqual(await publisher.removeUnused(new Set([old, fresh].map(imageReference))), []);
  assert.deepEqual(node.removed, []);
});

test('a cluster without nodes is heard of where images are published, not before', async () => {
  const publisher = kindNodesPublisher(Promise.reject(new Error('no node is running')), openTimeline());
  await assert.rejects(publisher.publish([]), /no node is running/);
});

test('a teardown removes the images of the stack and of no other', async () => {
  const node = fakeNodeStore('node', [image('order', ['x'])], ['slipway.local/shop-2/order:1', 'docker.io/nginx:1']);
  assert.deepEqual(await removeStackImages(Promise.resolve([node.store]), 'shop'), [{ place: 'node', images: 1 }]);
  assert.ok(node.removed.every((reference) => reference.startsWith('slipway.local/shop/')));
});
