import type { ContainerImage } from '../image/container-image.ts';
import type { Target } from '../kube/target.ts';
import { megabytes } from '../report/megabytes.ts';
import type { Reporter } from '../report/reporter.ts';
import { load, type NodeLoad, removeFromNode } from '../steps/load.ts';
import { publish } from '../steps/publish.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** Brings the images to where the nodes find them. What kind's nodes were sent; a registry counts as no node. */
export async function deliver(
  target: Target,
  images: ContainerImage[],
  report: Reporter,
  timeline: Timeline,
): Promise<NodeLoad[]> {
  const tell = (place: string, count: number, bytes: number) =>
    report.event(
      'stack',
      'load',
      `${place}: ${count === 0 ? 'has everything' : `${count} images, ${megabytes(bytes)}`}`,
    );
  if ('registry' in target) {
    const sent = await publish(target.registry, images, timeline);
    tell(target.registry, sent.images, sent.bytes);
    return [];
  }
  const loads = await load(target.cluster, images, timeline);
  for (const { node, images: sent, bytes } of loads) tell(node, sent.length, bytes);
  return loads;
}

/** Removes images that nothing uses any more from nodes that were just sent newer ones: disks must not fill up. */
export async function removeOldImages(loads: NodeLoad[], inUse: Set<string>, report: Reporter): Promise<void> {
  const old = loads
    .filter(({ images }) => images.length > 0)
    .map(({ node, present }) => ({ node, images: present.filter((reference) => !inUse.has(reference)) }))
    .filter(({ images }) => images.length > 0);
  await Promise.all(old.map(({ node, images }) => removeFromNode(node, images)));
  for (const { node, images } of old) report.event('stack', 'load', `${node}: ${images.length} old images removed`);
}
