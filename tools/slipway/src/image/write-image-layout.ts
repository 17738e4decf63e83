import { copyFile, link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobPath } from '@slipway/oci/blob';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import { type ContainerImage, imageReference } from './container-image.ts';

/** Writes the image as an OCI layout, which any OCI tool reads (`skopeo copy oci:DIR …`). Replaces what was there. */
export async function writeImageLayout(dir: string, image: ContainerImage): Promise<void> {
  const temporary = `${dir}.${process.pid}.tmp`;
  await mkdir(join(temporary, 'blobs', 'sha256'), { recursive: true });
  for (const blob of image.blobs) {
    const target = blobPath(temporary, blob.digest);
    if ('bytes' in blob) await writeFile(target, blob.bytes);
    // Base layers are large and never change: a hard link where the file system has one.
    else await link(blob.file, target).catch(() => copyFile(blob.file, target));
  }
  const manifest = { ...image.manifest, annotations: { 'org.opencontainers.image.ref.name': imageReference(image) } };
  await writeFile(
    join(temporary, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [manifest] }),
  );
  await writeFile(join(temporary, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await mkdir(dirname(dir), { recursive: true });
  await rm(dir, { recursive: true, force: true });
  await rename(temporary, dir);
}
