import type { ContainerImage } from '../container-image.ts';
import { repositoryPath } from '../image-name.ts';
import { pushImage } from './registry/push-image.ts';
import type { Timeline } from '../../util/timeline.ts';

/** What a registry was sent: images of which it lacked something, and the bytes of that. */
export type Published = { images: number; bytes: number };

/** Pushes the images by digest, side by side; only what the registry lacks is sent. */
export async function publish(registry: string, images: ContainerImage[], timeline: Timeline): Promise<Published> {
  const pushed = await timeline.measure(registry, 'load', () =>
    Promise.all(images.map((image) => pushImage(image, registry, repositoryPath(image)))),
  );
  return {
    images: pushed.filter(({ sentBlobs }) => sentBlobs > 0).length,
    bytes: pushed.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
  };
}
