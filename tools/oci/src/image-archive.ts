import { blobPath, type Descriptor } from './blob.ts';
import { type ImageBlob, MEDIA_TYPES, readLayout } from './oci-layout.ts';
import { type TarEntry, writeTarFile } from './tar-writer.ts';

/** An image whose blobs (manifest, config and layers) may lie in different places. */
export type ArchivedImage = { name: string; manifest: Descriptor; blobs: readonly ImageBlob[] };

/** The annotation by which containerd names an image; `org.opencontainers.image.ref.name` would be read as a bare tag. */
const IMAGE_NAME = 'io.containerd.image.name';

/**
 * Writes images as one OCI archive, which `ctr images import` takes. Blobs that the reader has already, by `isPresent`,
 * are left out, except for manifests: the import reads them from the archive.
 */
export async function writeImageArchive(
  images: readonly ArchivedImage[],
  destination: string,
  isPresent: (digest: string) => boolean = () => false,
): Promise<{ digest: string; size: number }> {
  const manifests = images.map(({ name, manifest }) => ({ ...manifest, annotations: { [IMAGE_NAME]: name } }));
  const blobs = new Map<string, TarEntry>();
  for (const { blobs: all, manifest } of images) {
    for (const blob of all) {
      if (blob.digest === manifest.digest || !isPresent(blob.digest)) blobs.set(blob.digest, blobEntry(blob));
    }
  }
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
  return writeTarFile(
    [jsonEntry('oci-layout', { imageLayoutVersion: '1.0.0' }), jsonEntry('index.json', index), ...blobs.values()],
    destination,
  );
}

/** The image of a layout, under the name that the layout has for it. */
export async function layoutImage(dir: string): Promise<ArchivedImage> {
  const { manifest, manifestDescriptor, ref } = await readLayout(dir);
  const { mediaType, digest, size } = manifestDescriptor;
  const blobs = [manifestDescriptor, manifest.config, ...manifest.layers];
  return {
    name: ref,
    manifest: { mediaType, digest, size },
    blobs: blobs.map((blob) => ({ digest: blob.digest, size: blob.size, file: blobPath(dir, blob.digest) })),
  };
}

function blobEntry(blob: ImageBlob): TarEntry {
  const path = blobPath('', blob.digest);
  return { path, mode: 0o644, type: 'file', ...('file' in blob ? { source: blob.file } : { content: blob.bytes }) };
}

function jsonEntry(path: string, value: unknown): TarEntry {
  return { path, mode: 0o644, type: 'file', content: Buffer.from(JSON.stringify(value)) };
}
