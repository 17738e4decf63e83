import { withLock } from '../core/lock.ts';
import { cacheDir, self } from '../core/paths.ts';
import { runSteps, say } from '../core/steps.ts';
import { inWorkFolder, sweepWorkFolders } from '../core/work-folder.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import type { BundleManifest } from '../transfer/bundle.ts';
import { adoptParts, loadNodeImage, openBundle } from '../transfer/import-bundle.ts';
import type { CliArguments } from './options.ts';

/** Takes over a file of `export`; from then on `up` needs no registry. An interrupted run is simply run again. */
export async function importFile({ file, install }: CliArguments): Promise<number> {
  await withLock(cacheDir, async () => {
    await sweepWorkFolders();
    await inWorkFolder('import', async (folder) => {
      let manifest: BundleManifest | undefined;
      await runSteps([
        {
          id: 'import-check',
          title: `checking ${file}`,
          estimate: 8,
          run: async (report) => void (manifest = await openBundle(file, folder, report)),
        },
        {
          id: 'import-cache',
          title: 'base images and programs',
          estimate: 8,
          run: () => adoptParts(manifest!, folder),
        },
      ]);
      // Only now: the programs may hold the runtime without which the engine does not start here.
      await ensureEngine(install);
      await runSteps([{ id: 'import-node', title: 'node image', estimate: 25, run: () => loadNodeImage(folder) }]);
    });
  });
  say(`everything of ${file} is here: ${self} up`);
  return 0;
}
