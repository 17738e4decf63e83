import { existsSync } from 'node:fs';
import { layoutFolder, presentRef } from '../base-images/base-images.ts';
import { nodePackagesRef } from '../base-images/node-packages-image.ts';
import { postgresPackagesRef } from '../base-images/postgres-packages-image.ts';
import { componentImage } from '../components/component-image.ts';
import { kubeRouter } from '../components/kube-router.ts';
import { metricsServer } from '../components/metrics-server.ts';
import { prometheus } from '../components/prometheus.ts';
import { builtFolder } from '../go-build/build-module.ts';
import { ociRuntimeModule } from '../go-build/go-programs.ts';
import { cacheDir } from '../paths.ts';
import { kindBinary, kubectlBinary, promtoolBinary } from '../tools/tool-paths.ts';

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
