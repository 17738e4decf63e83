import { baseImage } from './base-image.ts';
import { type ContainerImage, contentTag } from './container-image.ts';

/** What the databases run: the Postgres image as it is, under a name with its content's tag. */
export async function databaseImage(stack: string): Promise<ContainerImage> {
  const { manifest, configDescriptor, layers, file } = await baseImage('postgres');
  return {
    repository: `slipway.local/${stack}/postgres`,
    tag: contentTag(manifest.digest),
    manifest: { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size },
    blobs: [manifest, configDescriptor, ...layers].map(({ digest, size }) => ({ digest, size, file: file(digest) })),
  };
}
