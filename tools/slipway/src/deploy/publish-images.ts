import type { ContainerImage } from '../images/container-image.ts';
import type { Target } from '../kubernetes/client/target.ts';
import { megabytes } from '../util/format/megabytes.ts';
import type { Reporter } from './report/reporter.ts';
import { load, nodeContents, type NodeLoad, removeFromNode } from '../images/publish/kind-nodes.ts';
import { publish } from '../images/publish/registry.ts';
import type { Timeline } from '../util/timeline.ts';

export type Delivery = (images: ContainerImage[]) => Promise<NodeLoad[]>;

/**
 * Brings images to where the nodes find them. What kind's nodes hold is asked at once, while the images are still being
 * built. Answers what these nodes were sent; a registry counts as no node.
 */
export function openDelivery(target: Target, report: Reporter, timeline: Timeline): Delivery {
  if ('registry' in target) {
    return async (images) => {
      const { images: count, bytes } = await publish(target.registry, images, timeline);
      tell(report, target.registry, count, bytes);
      return [];
    };
  }
  const contents = nodeContents(target.cluster);
  // Whoever delivers hears of it; a deploy that has problems before that does not.
  contents.catch(() => undefined);
  return async (images) => {
    const loads = await load(await contents, images, timeline);
    for (const { node, images: sent, bytes } of loads) tell(report, node, sent.length, bytes);
    return loads;
  };
}

function tell(report: Reporter, place: string, count: number, bytes: number): void {
  report.event('stack', 'load', `${place}: ${count === 0 ? 'has everything' : `${count} images, ${megabytes(bytes)}`}`);
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
