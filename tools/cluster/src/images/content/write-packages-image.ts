import { join } from 'node:path';
import { writeLayout, type ImageConfig } from '@slipway/oci/layout';
import { writeTarFile, type TarEntry } from '@slipway/oci/tar';
import { imageArchitecture } from '../../core/architecture.ts';

export type PackagesImage = {
  ref: string;
  config: ImageConfig['config'];
  /** Each list of entries becomes one layer. */
  layers: ReadonlyArray<readonly TarEntry[]>;
};

export async function writePackagesImage(destination: string, image: PackagesImage, workFolder: string): Promise<void> {
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
