import type { Descriptor } from '@slipway/oci/blob';
import type { ImageBlob } from '@slipway/oci/layout';

/** An image, whole: its blobs may lie in different places. The tag names the content: 16 hex digits of the manifest's digest. */
export type ContainerImage = {
  repository: string;
  tag: string;
  manifest: Descriptor;
  blobs: ImageBlob[];
};

export function imageReference(image: ContainerImage): string {
  return `${image.repository}:${image.tag}`;
}

export function contentTag(manifestDigest: string): string {
  return manifestDigest.slice('sha256:'.length, 'sha256:'.length + 16);
}
