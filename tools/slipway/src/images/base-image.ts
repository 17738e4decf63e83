import { join } from 'node:path';
import { blobPath, type Descriptor } from '@slipway/oci/blob';
import { type ImageConfig, readLayout } from '@slipway/oci/layout';
import { cacheDir } from '../util/workspace/cache-dir.ts';
import { clusterCommand } from '../util/commands.ts';

/** An image that others build on, or that runs as it is. */
export type BaseImage = {
  manifest: Descriptor;
  config: ImageConfig;
  configDescriptor: Descriptor;
  layers: Descriptor[];
  /** Where the blob lies. */
  file: (digest: string) => string;
};

/** The OCI layout of `name` that tools/cluster keeps in the cache. */
export async function baseImage(name: 'node' | 'postgres' | 'prometheus'): Promise<BaseImage> {
  const dir = join(cacheDir(), 'images', name);
  const wanted = name === 'prometheus' ? ['--with', 'prometheus'] : [];
  const { manifest, manifestDescriptor, config } = await readLayout(dir, `run: ${clusterCommand('images', ...wanted)}`);
  return {
    manifest: manifestDescriptor,
    config,
    configDescriptor: manifest.config,
    layers: manifest.layers,
    file: (digest) => blobPath(dir, digest),
  };
}
