import { layoutImage, writeImageArchive } from '@slipway/oci/archive';
import { readLayout } from '@slipway/oci/layout';

/** An OCI archive with the manifest, the config and the last layer: a node that has the base needs no more. */
export async function newLayerArchive(layout: string, reference: string, target: string): Promise<void> {
  const { manifest } = await readLayout(layout);
  const needed = [manifest.config.digest, manifest.layers.at(-1)!.digest];
  const image = { ...(await layoutImage(layout)), name: reference };
  await writeImageArchive([image], target, (digest) => !needed.includes(digest));
}
