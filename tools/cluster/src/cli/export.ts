import { statSync } from 'node:fs';
import { UserError } from '@slipway/util/errors';
import { imageSteps } from '../addons/addon-image.ts';
import { kubeRouter } from '../addons/kube-router.ts';
import { withCacheLock } from '../core/cache-lock.ts';
import { DEFAULT_RELEASE } from '../core/releases.ts';
import { runSteps, say, type Step } from '../core/steps.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { BASE_IMAGES, baseImageSteps, missingBaseImages, presentRef } from '../images/base/base-images.ts';
import { nodeImageSteps } from '../images/node/node-image-steps.ts';
import { binariesStep, hasBinaries } from '../packages/binaries/ensure-binaries.ts';
import { buildModule, isBuilt } from '../packages/go/build-module.ts';
import { ociRuntimeModule } from '../packages/go/go-modules.ts';
import { exportBundle } from '../transfer/export-bundle.ts';
import type { Options } from './options.ts';

/** Writes one file for machines that reach no registry, and builds first what this machine has not built yet. */
export async function exportFile({ file, install, kubernetes: release = DEFAULT_RELEASE }: Options): Promise<number> {
  await withCacheLock(async () => {
    const missing = await missingBaseImages('packages');
    await refuseOfficialImages();
    await ensureEngine(install);
    const runtime: Step = {
      id: 'go-oci-runtime',
      title: 'OCI runtime',
      estimate: 3,
      run: (report) => buildModule(ociRuntimeModule, report),
    };
    await runSteps([
      ...(await nodeImageSteps('packages', install, release)),
      ...(hasBinaries(release) ? [] : [binariesStep('packages', release)]),
      ...baseImageSteps(missing, 'packages'),
      ...(await imageSteps(kubeRouter)),
      ...(isBuilt(ociRuntimeModule) ? [] : [runtime]),
      { id: 'export', title: file, estimate: 40, run: (report) => exportBundle(file, release, report) },
    ]);
  });
  say(`${file} (${Math.round(statSync(file).size / 1e6)} MB). On the other machine: npm run cluster:import -- FILE`);
  return 0;
}

// To replace them would change what the next deploy of this machine runs on.
async function refuseOfficialImages(): Promise<void> {
  const refs = await Promise.all(BASE_IMAGES.map(presentRef));
  const official = refs.filter((ref) => ref !== undefined && !ref.startsWith('slipway.local/'));
  if (official.length === 0) return;
  throw new UserError(`export needs images from packages, but the cache has the official ${official.join(', ')}`, {
    hint: 'use another cache: SLIPWAY_CACHE=FOLDER npm run cluster:export -- FILE',
  });
}
