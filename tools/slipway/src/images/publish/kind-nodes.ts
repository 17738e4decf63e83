import { createReadStream, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImageArchive } from '@slipway/oci/archive';
import { exec } from '@slipway/util/exec';
import { type ContainerImage, imageReference } from '../container-image.ts';
import { kindNodes } from '../../kubernetes/client/kind-nodes.ts';
import type { Timeline } from '../../util/timeline.ts';

/** What one node was sent: `bytes` is the size of the archive. `present`: images of the stack that it has now. */
export type NodeLoad = { node: string; images: string[]; bytes: number; present: string[] };

/** What one node's containerd holds: names of images, and digests of blobs. */
export type NodeContent = { node: string; references: Set<string>; digests: Set<string> };

/** What the nodes of the kind cluster hold. Throws when none of them is running. */
export async function nodeContents(cluster: string): Promise<NodeContent[]> {
  return Promise.all((await kindNodes(cluster)).map(nodeContent));
}

/**
 * Brings the images into every node: to all of them side by side, one archive each, with only the blobs that the node's
 * content store lacks. A node that has everything gets nothing.
 */
export async function load(contents: NodeContent[], images: ContainerImage[], timeline: Timeline): Promise<NodeLoad[]> {
  return Promise.all(
    contents.map((content) => timeline.measure(content.node, 'load', () => loadNode(content, images))),
  );
}

async function loadNode({ node, references, digests }: NodeContent, images: ContainerImage[]): Promise<NodeLoad> {
  const missing = images.filter(
    (image) => !references.has(imageReference(image)) || image.blobs.some(({ digest }) => !digests.has(digest)),
  );
  const ours = [...references].filter((reference) =>
    images.some(({ repository }) => reference.startsWith(`${repository}:`)),
  );
  if (missing.length === 0) return { node, images: [], bytes: 0, present: ours };
  const folder = await mkdtemp(join(tmpdir(), 'slipway-load-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also when we are interrupted: it may be a whole stack's images.
  process.once('exit', remove);
  try {
    const archive = join(folder, 'images.tar');
    const named = missing.map((image) => ({ ...image, name: imageReference(image) }));
    // containerd takes the blobs that are left out from its own store.
    const { size } = await writeImageArchive(named, archive, (digest) => digests.has(digest));
    await exec(
      [
        'docker',
        'exec',
        '--interactive',
        node,
        'ctr',
        '--namespace=k8s.io',
        'images',
        'import',
        '--all-platforms',
        '-',
      ],
      {
        input: createReadStream(archive),
      },
    );
    const sent = missing.map(imageReference);
    return { node, images: sent, bytes: size, present: [...new Set([...ours, ...sent])] };
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/** One `docker exec`: each costs a tenth of a second. */
async function nodeContent(node: string): Promise<NodeContent> {
  const script = 'ctr --namespace=k8s.io images ls -q; ctr --namespace=k8s.io content ls -q';
  const lines = (await exec(['docker', 'exec', node, 'sh', '-ec', script])).split('\n');
  return {
    node,
    references: new Set(lines.filter((line) => !line.startsWith('sha256:'))),
    digests: new Set(lines.filter((line) => line.startsWith('sha256:'))),
  };
}

/** Removes every image of the stack from every node; what they share with other images stays. */
export async function removeImages(cluster: string, stack: string): Promise<{ node: string; images: number }[]> {
  return Promise.all(
    (await nodeContents(cluster)).map(async ({ node, references }) => {
      const ours = [...references].filter((reference) => reference.startsWith(`slipway.local/${stack}/`));
      await removeFromNode(node, ours);
      return { node, images: ours.length };
    }),
  );
}

/** Removes images by name from one node's containerd. */
export async function removeFromNode(node: string, references: string[]): Promise<void> {
  if (references.length === 0) return;
  await exec(['docker', 'exec', node, 'ctr', '--namespace=k8s.io', 'images', 'rm', ...references]);
}
