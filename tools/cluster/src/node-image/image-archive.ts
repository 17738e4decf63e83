import { join } from 'node:path';
import { blobPath, type Descriptor } from '@slipway/oci/blob';
import { MEDIA_TYPES, readLayout } from '@slipway/oci/layout';
import { writeTarFile, type TarEntry } from '@slipway/oci/tar';
import { writePackagesImage } from '../base-images/write-packages-image.ts';
import type { NodeImage } from './control-plane-images.ts';

const PATH = 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** All images as one OCI archive, the form that `ctr images import` takes in one go. */
export async function writeImageArchive(
  images: readonly NodeImage[],
  destination: string,
  workFolder: string,
): Promise<void> {
  const manifests: Descriptor[] = [];
  const blobs = new Map<string, TarEntry>();
  for (const [index, image] of images.entries()) {
    const layout = join(workFolder, `layout-${index}`);
    const config = { Env: [PATH], Entrypoint: image.entrypoint };
    await writePackagesImage(layout, { ref: image.name, config, layers: [image.entries] }, workFolder);
    const { manifest, manifestDescriptor } = await readLayout(layout);
    manifests.push({ ...manifestDescriptor, annotations: { 'io.containerd.image.name': image.name } });
    for (const { digest } of [manifestDescriptor, manifest.config, ...manifest.layers]) {
      blobs.set(digest, { path: blobPath('', digest), mode: 0o644, type: 'file', source: blobPath(layout, digest) });
    }
  }
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
  const json = (path: string, value: unknown): TarEntry => ({
    path,
    mode: 0o644,
    type: 'file',
    content: Buffer.from(JSON.stringify(value)),
  });
  await writeTarFile(
    [json('oci-layout', { imageLayoutVersion: '1.0.0' }), json('index.json', index), ...blobs.values()],
    destination,
  );
}
