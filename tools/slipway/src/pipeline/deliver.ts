import type { ContainerImage } from '../image/container-image.ts';
import type { Target } from '../kube/target.ts';
import { megabytes } from '../report/megabytes.ts';
import type { Reporter } from '../report/reporter.ts';
import { load } from '../steps/load.ts';
import { publish } from '../steps/publish.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** Brings the images to where the nodes find them. */
export async function deliver(
  target: Target,
  images: ContainerImage[],
  report: Reporter,
  timeline: Timeline,
): Promise<void> {
  const tell = (place: string, count: number, bytes: number) =>
    report.event(
      'stack',
      'load',
      `${place}: ${count === 0 ? 'has everything' : `${count} images, ${megabytes(bytes)}`}`,
    );
  if ('registry' in target) {
    const sent = await publish(target.registry, images, timeline);
    tell(target.registry, sent.images, sent.bytes);
    return;
  }
  for (const { node, images: sent, bytes } of await load(target.cluster, images, timeline))
    tell(node, sent.length, bytes);
}
