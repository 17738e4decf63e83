import { join } from 'node:path';
import { writeLayout, type ImageConfig } from '@slipway/oci/layout';
import { writeTarFile, type TarEntry } from '@slipway/oci/tar';
import { imageArchitecture } from '../../core/versions.ts';

/** An image that is built from packages. */
export type PackagesImage = {
  ref: string;
  config: ImageConfig['config'];
  /** Each list of entries becomes one layer. */
  layers: ReadonlyArray<readonly TarEntry[]>;
};

const PATH = 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** An image that runs one program. `user`: numeric user and group; root without it. */
export function programImage(
  ref: string,
  entrypoint: string[],
  layers: PackagesImage['layers'],
  user?: string,
): PackagesImage {
  const config = { Env: [PATH], Entrypoint: entrypoint, ...(user === undefined ? {} : { User: user }) };
  return { ref, config, layers };
}

/** Writes the image as an OCI layout. */
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
