/**
 * A bundle is one file with everything that a cluster from packages is made of, for machines without registries.
 */
import { existsSync } from 'node:fs';
import { UserError } from '@slipway/util/errors';
import { imageRef } from '../addons/addon-image.ts';
import { kubeRouter } from '../addons/kube-router.ts';
import { metricsServer } from '../addons/metrics-server.ts';
import { prometheus } from '../addons/prometheus.ts';
import { cacheDir } from '../core/paths.ts';
import { type Release, RELEASES } from '../core/releases.ts';
import { layoutFolder, presentRef } from '../images/base/base-images.ts';
import { nodePackagesRef } from '../images/base/node-packages-image.ts';
import { postgresPackagesRef } from '../images/base/postgres-packages-image.ts';
import { nodeImageName } from '../images/node/node-image.ts';
import { kindBinary, kindOf, kubectlBinary, promtoolBinary } from '../packages/binaries/binaries.ts';
import { builtFolder } from '../packages/go/build-module.ts';
import { ociRuntimeModule } from '../packages/go/go-modules.ts';

/** The content of the first entry of a bundle. */
export type BundleManifest = {
  format: typeof BUNDLE_FORMAT;
  /** As Node.js names it: programs and images run on no other. */
  architecture: string;
  nodeImage: string;
  parts: BundlePart[];
  /** The compressed archives that follow. */
  archives: Array<{ name: string; digest: string; size: number }>;
};

/** A file or folder below the cache; `ref`: the image that the layout in it must be. */
export type BundlePart = { path: string; ref?: string };

export const BUNDLE_FORMAT = 'slipway-cluster/1';
/** Sorts first, so that it can be read without the rest. */
export const MANIFEST_NAME = 'bundle.json';
export const NODE_IMAGE_ARCHIVE = 'node-image.tar.zst';
export const CACHE_ARCHIVE = 'cache.tar.zst';

/** All parts that a machine without registries needs; optional ones only where this machine has them. */
export async function bundleParts(release: Release): Promise<BundlePart[]> {
  const needed = [
    { name: 'node', ref: nodePackagesRef() },
    { name: 'postgres', ref: postgresPackagesRef() },
    { name: kubeRouter.name, ref: imageRef(kubeRouter) },
  ];
  const optional = [metricsServer, prometheus].map((image) => ({ name: image.name, ref: imageRef(image) }));
  const present = await Promise.all(optional.map(async ({ name, ref }) => (await presentRef(name)) === ref));
  const images = [...needed, ...optional.filter((_, index) => present[index])];
  return [
    ...images.map(({ name, ref }) => ({ path: inCache(layoutFolder(name)), ref })),
    ...[...new Set([kubectlBinary, kindBinary, kindOf(release)])].map((path) => ({ path: inCache(path) })),
    ...(existsSync(promtoolBinary) ? [{ path: inCache(promtoolBinary) }] : []),
    // Where root lacks a capability, the engine of the other machine needs it: see engine/start-engine.ts.
    { path: inCache(builtFolder(ociRuntimeModule)) },
  ];
}

function inCache(path: string): string {
  return path.slice(cacheDir.length + 1);
}

/** The release whose node image a bundle has; undefined: it was made by another recipe. */
export function bundleRelease({ nodeImage }: BundleManifest): Release | undefined {
  return RELEASES.find((release) => nodeImageName(release) === nodeImage);
}

/** Throws UserError where a bundle does not fit this machine: another format, processor or recipe. */
export function checkManifest(manifest: BundleManifest, source: string): void {
  const hint = 'run cluster:export again from this revision of the repository';
  if (manifest.format !== BUNDLE_FORMAT) {
    throw new UserError(`${source} has the format ${manifest.format}; this revision reads ${BUNDLE_FORMAT}`, { hint });
  }
  if (manifest.architecture !== process.arch) {
    throw new UserError(`${source} is for ${manifest.architecture}; this machine is ${process.arch}`, {
      hint: `run cluster:export on a machine with ${process.arch}`,
    });
  }
  const refs = new Set(manifest.parts.map(({ ref }) => ref));
  const missing = [nodePackagesRef(), postgresPackagesRef(), imageRef(kubeRouter)].filter((ref) => !refs.has(ref));
  if (bundleRelease(manifest) === undefined)
    missing.unshift(`a node image of this revision (${manifest.nodeImage} is none)`);
  if (missing.length > 0) {
    throw new UserError(`${source} was made by another recipe: it lacks ${missing.join(', ')}`, { hint });
  }
}
