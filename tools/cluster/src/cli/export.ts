import { statSync } from 'node:fs';
import { componentImageSteps } from '../addons/component-steps.ts';
import { kubeRouter } from '../addons/kube-router.ts';
import { withLock } from '../core/lock.ts';
import { cacheDir } from '../core/paths.ts';
import { runSteps, say } from '../core/steps.ts';
import { sweepWorkFolders } from '../core/work-folder.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { baseImageSteps, BASE_IMAGES, missingBaseImages, presentRef } from '../images/base/base-images.ts';
import { nodeImageSteps } from '../images/node/node-image-steps.ts';
import { hasTools, toolsStep } from '../packages/binaries/ensure-binaries.ts';
import { buildModule, isBuilt } from '../packages/go/build-module.ts';
import { ociRuntimeModule } from '../packages/go/go-modules.ts';
import { exportBundle } from '../transfer/export-bundle.ts';
import type { CliArguments } from './options.ts';

/** One file for machines that reach no registry. What this machine has not built yet is built first. */
export async function exportFile({ file, install }: CliArguments): Promise<number> {
  await withLock(cacheDir, async () => {
    await sweepWorkFolders();
    const missing = await missingBaseImages('packages');
    await refuseOfficialImages();
    await ensureEngine(install);
    await runSteps([
      ...(await nodeImageSteps('packages', install)),
      ...(hasTools() ? [] : [toolsStep('packages')]),
      ...baseImageSteps(missing, 'packages'),
      ...(await componentImageSteps(kubeRouter)),
      ...(isBuilt(ociRuntimeModule)
        ? []
        : [{ id: 'go-oci-runtime', title: 'OCI runtime', estimate: 3, run: buildRuntime }]),
      { id: 'export', title: file, estimate: 40, run: (report) => exportBundle(file, report) },
    ]);
  });
  say(`${file} (${Math.round(statSync(file).size / 1e6)} MB). On the other machine: npm run cluster:import -- FILE`);
  return 0;
}

function buildRuntime(report: (detail: string) => void): Promise<void> {
  return buildModule(ociRuntimeModule, report);
}

// Replacing them would change what the next deploy of this machine runs on.
async function refuseOfficialImages(): Promise<void> {
  const refs = await Promise.all(BASE_IMAGES.map(presentRef));
  const official = refs.filter((ref) => ref !== undefined && !ref.startsWith('slipway.local/'));
  if (official.length === 0) return;
  throw new Error(
    `the cache holds the official images ${official.join(', ')}; what is exported is built from packages.\n` +
      'Cure: a cache of its own for that: SLIPWAY_CACHE=FOLDER npm run cluster:export -- FILE',
  );
}
