import { blobPath } from '@slipway/oci/blob';
import { MEDIA_TYPES, readLayout } from '@slipway/oci/layout';
import { writeTarFile } from '@slipway/oci/tar';

/** An OCI archive with the manifest, the config and the last layer: a node that has the base needs no more. */
export async function newLayerArchive(layout: string, reference: string, target: string): Promise<void> {
  const { manifest, manifestDescriptor } = await readLayout(layout);
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: [{ ...manifestDescriptor, annotations: { 'io.containerd.image.name': reference } }],
  };
  const text = (path: string, value: unknown) => ({
    path,
    mode: 0o644,
    type: 'file' as const,
    content: Buffer.from(JSON.stringify(value)),
  });
  const blobs = [manifestDescriptor.digest, manifest.config.digest, manifest.layers.at(-1)!.digest];
  await writeTarFile(
    [
      text('oci-layout', { imageLayoutVersion: '1.0.0' }),
      text('index.json', index),
      ...blobs.map((digest) => ({
        path: `blobs/${digest.replace(':', '/')}`,
        mode: 0o644,
        type: 'file' as const,
        source: blobPath(layout, digest),
      })),
    ],
    target,
  );
}
