import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { entryPath, outputFolder } from '../../services/build-entry.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { packageClosure } from '../bundle/package-closure.ts';
import { packageFiles } from '../bundle/package-files.ts';
import { packageFolder } from '../bundle/package-folder.ts';
import { tracePackages } from '../bundle/trace-packages.ts';
import { devOnlyPackages } from '../sbom/npm-packages.ts';
import { licenseFiles } from '../sbom/license-files.ts';
import { cachedLayer } from './cached-layer.ts';
import { filesBelow } from './files-below.ts';
import { linkedPackages } from './linked-packages.ts';
import { migrateFiles } from './migrate-files.ts';
import { nativePackages } from './native-packages.ts';
import { runBuildTarget } from './run-build-target.ts';
import { hashOfFiles, type ServiceLayers, uniquePaths } from './service-layers.ts';
import { missingEntry, pnpmProblems, unbuilt, unlinked } from './target-problems.ts';

const CODE = /\.[cm]?js$/;

/**
 * Runs a service's build target and takes its output as it is: nothing is bundled, so that decorators, globs and paths
 * mean what they meant. With it go the npm packages that it loads, whole, and the workspace's own packages, where Node
 * finds them by name. Throws ValidationError for what does not build or would not run.
 */
export async function targetLayers(
  workspace: string,
  serviceSpec: ServiceSpec,
  build: { target: string; entry: string },
): Promise<ServiceLayers> {
  const workspaceRoot = realpathSync(workspace);
  const { name, root } = serviceSpec;
  await runBuildTarget(workspaceRoot, root, build.target);
  const entry = entryPath(root, build);
  if (!existsSync(join(workspaceRoot, entry))) throw new ValidationError([missingEntry(workspaceRoot, root, build)]);
  const output = outputFolder(root, entry);
  const outputFiles = filesBelow(workspaceRoot, output);
  const migrate = migrateFiles(workspaceRoot, serviceSpec);
  const seed = JSON.stringify([outputFiles, hashOfFiles(migrate.files)]);

  const own = await cachedLayer(workspaceRoot, name, seed, async () => {
    const trace = await tracePackages(
      workspaceRoot,
      outputFiles.filter((path) => CODE.test(path)),
    );
    const inputs = Object.keys(trace.inputs);
    const loaded = inputs.flatMap((path) => packageFolder(path) ?? []);
    const ours = inputs.filter((path) => packageFolder(path) === undefined && !path.startsWith(`${output}/`));
    const linked = linkedPackages(workspaceRoot, root, ours);
    refuse([...unlinked(ours, linked), ...pnpmProblems(root, loaded), ...unbuilt(workspaceRoot, root, trace.missing)]);
    const manifest = `${root}/package.json`;
    const wanted = [...new Set([...loaded, ...migrate.packages])];
    const npm = [...packageClosure(workspaceRoot, wanted, devOnlyPackages(workspaceRoot))].sort();
    const files = [
      ...[...outputFiles, ...(existsSync(join(workspaceRoot, manifest)) ? [manifest] : [])].map((path) =>
        readAs(workspaceRoot, path, path),
      ),
      ...linked.flatMap((link) =>
        link.files.map((path) => readAs(workspaceRoot, path, `${link.place}${path.slice(link.folder.length)}`)),
      ),
      ...migrate.files,
    ];
    return {
      files: uniquePaths(files),
      inputs: [...outputFiles, manifest, ...linked.flatMap((link) => [...link.files, ...link.folders])],
      folders: [],
      facts: { wanted: { imported: [], whole: npm }, npm },
    };
  });

  const { npm } = own.facts;
  const packages = await cachedLayer(workspaceRoot, `${name}-packages`, JSON.stringify(npm), async () => {
    const inPlace = await packageFiles(workspaceRoot, npm);
    const licenses = await licenseFiles(workspaceRoot, npm, new Set(npm));
    return {
      files: [...inPlace, ...licenses],
      inputs: npm.map((folder) => `${folder}/package.json`),
      folders: [],
      facts: { npm, natives: nativePackages(workspaceRoot, npm, inPlace) },
    };
  });
  return { packages, own, npm };
}

function readAs(workspaceRoot: string, path: string, as: string): BundleFile {
  return { path: as, bytes: readFileSync(join(workspaceRoot, path)) };
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new ValidationError(problems);
}
