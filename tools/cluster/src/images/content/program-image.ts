import type { PackagesImage } from './write-packages-image.ts';

const PATH = 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** An image that runs one program. */
export function programImage(
  ref: string,
  entrypoint: string[],
  layers: PackagesImage['layers'],
  user?: string,
): PackagesImage {
  const config = { Env: [PATH], Entrypoint: entrypoint, ...(user === undefined ? {} : { User: user }) };
  return { ref, config, layers };
}
