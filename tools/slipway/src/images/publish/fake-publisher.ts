import { type ContainerImage, imageReference } from '../container-image.ts';
import type { Publisher } from './publisher.ts';

/** A fake Publisher for tests: remembers what it is told, and has one place, `fake-node`. */
export type FakePublisher = Publisher & { published: string[]; inUse: Set<string> | undefined };

export function fakePublisher(failure?: Error): FakePublisher {
  const fake: FakePublisher = {
    published: [],
    inUse: undefined,
    open: async () => {},
    publish: async (images: ContainerImage[]) => {
      if (failure !== undefined) throw failure;
      fake.published.push(...images.map(imageReference));
      return [{ place: 'fake-node', images: images.length, bytes: 1_000_000 }];
    },
    removeUnused: async (inUse) => {
      fake.inUse = inUse;
      return [];
    },
  };
  return fake;
}
