import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImageArchive } from '@slipway/oci/archive';
import { inBackground } from '../../util/in-background.ts';
import type { Timeline } from '../../util/timeline.ts';
import { type ContainerImage, imageReference } from '../container-image.ts';
import type { NodeContents, NodeStore } from './node-store.ts';
import type { Publisher, Removal } from './publisher.ts';

type OpenNode = { store: NodeStore; contents: NodeContents };

/** What one node was sent; `present`: the names of our images that it has now. */
type Load = { store: NodeStore; images: number; bytes: number; present: string[] };

/**
 * Imports into every node side by side one archive with only the blobs that the node's content store lacks. A node that
 * has everything gets nothing. The nodes are asked at once what they hold.
 */
export function kindNodesPublisher(stores: Promise<NodeStore[]>, timeline: Timeline): Publisher {
  const nodes = inBackground(openNodes(stores));
  let loads: Load[] = [];
  return {
    open: async () => void (await stores),
    publish: async (images) => {
      loads = await Promise.all(
        (await nodes).map((node) => timeline.measure(node.store.node, 'load', () => loadNode(node, images))),
      );
      return loads.map(({ store, images, bytes }) => ({ place: store.node, images, bytes }));
    },
    removeUnused: async (inUse) => {
      const old = loads
        .filter(({ images }) => images > 0)
        .map(({ store, present }) => ({ store, references: present.filter((reference) => !inUse.has(reference)) }))
        .filter(({ references }) => references.length > 0);
      return Promise.all(old.map(({ store, references }) => remove(store, references)));
    },
  };
}

/** Removes every image of the stack from every node; what they share with other images stays. */
export async function removeStackImages(stores: Promise<NodeStore[]>, stack: string): Promise<Removal[]> {
  return Promise.all(
    (await openNodes(stores)).map(({ store, contents }) => {
      const ours = [...contents.references].filter((reference) => reference.startsWith(`slipway.local/${stack}/`));
      return remove(store, ours);
    }),
  );
}

async function openNodes(stores: Promise<NodeStore[]>): Promise<OpenNode[]> {
  return Promise.all((await stores).map(async (store) => ({ store, contents: await store.contents() })));
}

async function remove(store: NodeStore, references: string[]): Promise<Removal> {
  await store.removeImages(references);
  return { place: store.node, images: references.length };
}

async function loadNode({ store, contents }: OpenNode, images: ContainerImage[]): Promise<Load> {
  const { references, digests } = contents;
  const missing = images.filter(
    (image) => !references.has(imageReference(image)) || image.blobs.some(({ digest }) => !digests.has(digest)),
  );
  const ours = [...references].filter((reference) =>
    images.some(({ repository }) => reference.startsWith(`${repository}:`)),
  );
  if (missing.length === 0) return { store, images: 0, bytes: 0, present: ours };
  const folder = await mkdtemp(join(tmpdir(), 'slipway-load-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // Also when we are interrupted: it may be a whole stack's images.
  process.once('exit', removeFolder);
  try {
    const archive = join(folder, 'images.tar');
    const named = missing.map((image) => ({ ...image, name: imageReference(image) }));
    // containerd takes the blobs that are left out from its own store.
    const { size } = await writeImageArchive(named, archive, (digest) => digests.has(digest));
    await store.importArchive(archive);
    const present = [...new Set([...ours, ...missing.map(imageReference)])];
    return { store, images: missing.length, bytes: size, present };
  } finally {
    removeFolder();
    process.off('exit', removeFolder);
  }
}
