import { join } from 'node:path';
import { writeLayout, type ImageConfig } from '@slipway/oci/layout';
import { writeTarFile, type TarEntry } from '@slipway/oci/tar';
import { imageArchitecture } from './platform.ts';

/** Each list of entries becomes one layer. */
export async function writePackagesImage(
  destination: string,
  image: { ref: string; config: ImageConfig['config']; layers: ReadonlyArray<readonly TarEntry[]> },
  workFolder: string,
): Promise<void> {
  const layers = [];
  for (const [index, entries] of image.layers.entries()) {
    const file = join(workFolder, `layer-${index}.tar`);
    layers.push({ file, ...(await writeTarFile(entries, file)) });
  }
  await writeLayout(destination, {
    ref: image.ref,
    config: { architecture: imageArchitecture, os: 'linux', config: image.config },
    layers,
  });
}
