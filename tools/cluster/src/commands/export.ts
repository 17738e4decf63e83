import { statSync } from 'node:fs';
import { baseImageSteps, BASE_IMAGES, missingBaseImages, presentRef } from '../base-images/base-images.ts';
import type { CliArguments } from '../cli-arguments.ts';
import { componentImageSteps } from '../components/component-steps.ts';
import { kubeRouter } from '../components/kube-router.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { withLock } from '../exec/lock.ts';
import { buildModule, isBuilt } from '../go-build/build-module.ts';
import { ociRuntimeModule } from '../go-build/go-programs.ts';
import { nodeImageSteps } from '../node-image/node-image-steps.ts';
import { cacheDir } from '../paths.ts';
import { runSteps, say } from '../progress/progress.ts';
import { hasTools, toolsStep } from '../tools/ensure-tools.ts';
import { exportBundle } from '../transfer/export-bundle.ts';
import { sweepWorkFolders } from '../work-folder.ts';

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
