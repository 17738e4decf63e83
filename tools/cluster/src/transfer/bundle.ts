import { existsSync } from 'node:fs';
import { componentImage } from '../addons/component-image.ts';
import { kubeRouter } from '../addons/kube-router.ts';
import { metricsServer } from '../addons/metrics-server.ts';
import { prometheus } from '../addons/prometheus.ts';
import { cacheDir } from '../core/paths.ts';
import { layoutFolder, presentRef } from '../images/base/base-images.ts';
import { nodePackagesRef } from '../images/base/node-packages-image.ts';
import { postgresPackagesRef } from '../images/base/postgres-packages-image.ts';
import { kindBinary, kubectlBinary, promtoolBinary } from '../packages/binaries/binary-paths.ts';
import { builtFolder } from '../packages/go/build-module.ts';
import { ociRuntimeModule } from '../packages/go/go-modules.ts';

/** What the first entry of an exported file says. */
export type BundleManifest = {
  format: typeof BUNDLE_FORMAT;
  /** As Node.js names it: programs and images run on no other. */
  architecture: string;
  nodeImage: string;
  /** Folders and files below the cache, and for an image layout which image it must be. */
  parts: BundlePart[];
  /** The compressed archives that follow. */
  archives: Array<{ name: string; digest: string; size: number }>;
};

export type BundlePart = { path: string; ref?: string };

export const BUNDLE_FORMAT = 'slipway-cluster/1';
/** Sorts first, so that it can be read without the rest. */
export const MANIFEST_NAME = 'bundle.json';
export const NODE_IMAGE_ARCHIVE = 'node-image.tar.zst';
export const CACHE_ARCHIVE = 'cache.tar.zst';

/** Everything that a machine without registries needs; what is optional only where this machine has it. */
export async function bundleParts(): Promise<BundlePart[]> {
  const needed = [
    { name: 'node', ref: nodePackagesRef() },
    { name: 'postgres', ref: postgresPackagesRef() },
    { name: kubeRouter.name, ref: componentImage(kubeRouter) },
  ];
  const optional = [metricsServer, prometheus].map((image) => ({ name: image.name, ref: componentImage(image) }));
  const present = await Promise.all(optional.map(async ({ name, ref }) => (await presentRef(name)) === ref));
  const images = [...needed, ...optional.filter((_, index) => present[index])];
  return [
    ...images.map(({ name, ref }) => ({ path: inCache(layoutFolder(name)), ref })),
    ...[kubectlBinary, kindBinary].map((path) => ({ path: inCache(path) })),
    ...(existsSync(promtoolBinary) ? [{ path: inCache(promtoolBinary) }] : []),
    // Root of the other machine may lack a capability, and then the engine needs it: see engine/start-engine.ts.
    { path: inCache(builtFolder(ociRuntimeModule)) },
  ];
}

function inCache(path: string): string {
  return path.slice(cacheDir.length + 1);
}
