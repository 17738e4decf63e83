import type { ContainerImage } from '../container-image.ts';

/** What one place, a node or a registry, was sent: images of which it lacked something, and the bytes of that. */
export type Publication = { place: string; images: number; bytes: number };

/** Images that one place no longer has. */
export type Removal = { place: string; images: number };

/** Brings images to where the nodes of a cluster find them. A file for each implementation, and a fake for tests. */
export type Publisher = {
  /** Resolves when what is asked for the places answers, before anything is built for them. Throws UserError with a hint. */
  open: () => Promise<void>;
  /** Sends each place only what it lacks, all places side by side. */
  publish: (images: ContainerImage[]) => Promise<Publication[]>;
  /** Removes the published repositories' images that are not `inUse`, from places that were just sent newer ones. */
  removeUnused: (inUse: Set<string>) => Promise<Removal[]>;
};
