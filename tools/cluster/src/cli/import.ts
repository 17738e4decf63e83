import { withCacheLock } from '../core/cache-lock.ts';
import { self } from '../core/paths.ts';
import { DEFAULT_RELEASE, minorOf } from '../core/releases.ts';
import { runSteps, say } from '../core/steps.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { bundleRelease, type BundleManifest } from '../transfer/bundle.ts';
import { loadNodeImage, openBundle, placeParts } from '../transfer/import-bundle.ts';
import type { Options } from './options.ts';

/** Reads a file of `export`; after that, `up` needs no registry. Run it again after an interruption. */
export async function importFile({ file, install }: Options): Promise<number> {
  let manifest: BundleManifest | undefined;
  await withCacheLock(() =>
    inWorkFolder('import', async (folder) => {
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
          run: () => placeParts(manifest!, folder),
        },
      ]);
      // Only now: the file may contain the runtime that the engine needs on this machine.
      await ensureEngine(install);
      await runSteps([
        { id: 'import-node', title: 'node image', estimate: 25, run: () => loadNodeImage(manifest!, folder) },
      ]);
    }),
  );
  const release = bundleRelease(manifest!);
  const option =
    release === undefined || release === DEFAULT_RELEASE ? '' : ` --kubernetes ${minorOf(release.kubernetes)}`;
  say(`${file} is imported. Next: ${self} up${option}`);
  return 0;
}
