import type { Descriptor } from '@slipway/oci/blob';
import type { ImageBlob } from '@slipway/oci/layout';

/** An image, whole: its blobs may lie in different places. The tag names the content: 16 hex digits of the manifest's digest. */
export type ContainerImage = {
  repository: string;
  tag: string;
  manifest: Descriptor;
  blobs: ImageBlob[];
  /** Another place that has it, by digest: NAME@sha256:…. Without blobs, nodes have to pull it from there. */
  upstream?: string;
};

/** A service's image. `ownLayerSize`: bytes of the layer that an edit changes. `npm`: the packages in it, where Node runs it. */
export type AppImage = ContainerImage & { ownLayerSize?: number; npm?: string[] };

export function imageReference(image: ContainerImage): string {
  if (image.upstream !== undefined && image.blobs.length === 0) return image.upstream;
  return `${image.repository}:${image.tag}`;
}

export function contentTag(manifestDigest: string): string {
  return manifestDigest.slice('sha256:'.length, 'sha256:'.length + 16);
}
