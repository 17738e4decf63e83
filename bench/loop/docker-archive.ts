import { join } from 'node:path';
import { blobPath } from '@slipway/oci/blob';
import { readLayout } from '@slipway/oci/layout';
import { writeTarFile } from '@slipway/oci/tar';

/** Writes an OCI layout's image as what every `docker load` reads, under `reference`. */
export async function dockerArchive(layout: string, reference: string, target: string): Promise<void> {
  const { manifest } = await readLayout(layout);
  const blob = (digest: string) => ({ mode: 0o644, type: 'file' as const, source: blobPath(layout, digest) });
  const name = (digest: string) => `${digest.replace('sha256:', '')}.tar`;
  const layers = [...new Set(manifest.layers.map(({ digest }) => digest))];
  const index = [
    { Config: 'config.json', RepoTags: [reference], Layers: manifest.layers.map(({ digest }) => name(digest)) },
  ];
  await writeTarFile(
    [
      { path: 'manifest.json', mode: 0o644, type: 'file', content: Buffer.from(JSON.stringify(index)) },
      { path: 'config.json', ...blob(manifest.config.digest) },
      ...layers.map((digest) => ({ path: name(digest), ...blob(digest) })),
    ],
    join(target),
  );
}
