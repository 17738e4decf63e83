import { baseImage } from './base-image.ts';
import { type ContainerImage, contentTag } from './container-image.ts';

/** An image that runs as it is, e.g. what the databases run, under a name with its content's tag. */
export async function upstreamImage(stack: string, name: 'postgres' | 'prometheus'): Promise<ContainerImage> {
  const { manifest, configDescriptor, layers, file } = await baseImage(name);
  return {
    repository: `slipway.local/${stack}/${name}`,
    tag: contentTag(manifest.digest),
    manifest: { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size },
    blobs: [manifest, configDescriptor, ...layers].map(({ digest, size }) => ({ digest, size, file: file(digest) })),
  };
}
