import { componentImage } from '../addons/component-image.ts';
import { kubeRouter } from '../addons/kube-router.ts';
import { nodePackagesRef } from '../images/base/node-packages-image.ts';
import { postgresPackagesRef } from '../images/base/postgres-packages-image.ts';
import { nodeImageName } from '../images/node/node-image.ts';
import { BUNDLE_FORMAT, type BundleManifest } from './bundle.ts';

/** Throws where an exported file is of no use here: another format, processor or recipe. */
export function checkManifest(manifest: BundleManifest, source: string): void {
  const again = 'Cure: run cluster:export again from this revision of the repository';
  if (manifest.format !== BUNDLE_FORMAT) {
    throw new Error(`${source} has the format ${manifest.format}; this revision reads ${BUNDLE_FORMAT}.\n${again}`);
  }
  if (manifest.architecture !== process.arch) {
    throw new Error(
      `${source} is for ${manifest.architecture}; this machine is ${process.arch}.\n` +
        `Cure: run cluster:export on a machine that is ${process.arch}`,
    );
  }
  const refs = new Set([manifest.nodeImage, ...manifest.parts.map(({ ref }) => ref)]);
  const wanted = [nodeImageName(), nodePackagesRef(), postgresPackagesRef(), componentImage(kubeRouter)];
  const missing = wanted.filter((ref) => !refs.has(ref));
  if (missing.length > 0) {
    throw new Error(`${source} was made by another recipe: it lacks ${missing.join(', ')}.\n${again}`);
  }
}
