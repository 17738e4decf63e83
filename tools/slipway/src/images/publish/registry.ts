import type { Timeline } from '../../util/timeline.ts';
import { repositoryPath } from '../image-name.ts';
import type { Publisher } from './publisher.ts';
import { pushImage } from './registry/push-image.ts';

/** Pushes the images by digest, side by side. Removes nothing: a registry may serve other clusters too. */
export function registryPublisher(host: string, timeline: Timeline): Publisher {
  return {
    open: async () => {},
    publish: async (images) => {
      const pushed = await timeline.measure(host, 'load', () =>
        Promise.all(images.map((image) => pushImage(image, host, repositoryPath(image)))),
      );
      const bytes = pushed.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      return [{ place: host, images: pushed.filter(({ sentBlobs }) => sentBlobs > 0).length, bytes }];
    },
    removeUnused: async () => [],
  };
}
