import { blobPath, type Descriptor } from '@slipway/oci/blob';
import { MEDIA_TYPES, readLayout } from '@slipway/oci/layout';
import { writeTarFile, type TarEntry } from '@slipway/oci/tar';

/** Image layouts as one OCI archive, the form that `ctr images import` takes in one go. Images keep their names. */
export async function writeImageArchive(layouts: readonly string[], destination: string): Promise<void> {
  const manifests: Descriptor[] = [];
  const blobs = new Map<string, TarEntry>();
  for (const layout of layouts) {
    const { manifest, manifestDescriptor, ref } = await readLayout(layout);
    manifests.push({ ...manifestDescriptor, annotations: { 'io.containerd.image.name': ref } });
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
