import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLayout, type ImageConfig } from '@slipway/oci/layout';
import { writeTarFile, type TarEntry } from '@slipway/oci/tar';
import { cacheDir } from '../paths.ts';
import { imageArchitecture } from './platform.ts';

/** Runs `work` in a folder next to its result (hard links need one file system) and removes the folder. */
export async function inWorkFolder<T>(purpose: string, work: (folder: string) => Promise<T>): Promise<T> {
  const parent = join(cacheDir, 'work');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `${purpose}-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

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
