import { join } from 'node:path';
import { build } from 'esbuild';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { asProblems } from './build-problems.ts';
import type { BundleFile } from './bundle-file.ts';
import { bundleOptions } from './bundle-options.ts';
import { type PackageFile, externalsPlugin, sortedPackages } from './externals-plugin.ts';

/** Our own code of a service. `inputs`: its files, relative to the workspace. `packages`: what it imports of npm packages. */
export type SourceBundle = { files: BundleFile[]; inputs: string[]; packages: PackageFile[] };

/** Beside the bundle, where it finds `bundlePackages`. */
export const PACKAGES_FOLDER = 'packages';

/**
 * The service's entries bundled with all that is ours: `main.js`, `migrate.js`, what they share, and source maps. The
 * same sources give the same bytes in any folder: paths in them are relative to the workspace. Throws ValidationError for
 * what does not compile.
 */
export async function bundleSources(workspaceRoot: string, { root, hasDatabase }: ServiceSpec): Promise<SourceBundle> {
  const entries = hasDatabase ? ['main', 'migrate'] : ['main'];
  const outdir = join(workspaceRoot, 'dist', root);
  const packages = new Map<string, PackageFile>();
  const { outputFiles, metafile } = await build({
    ...bundleOptions(workspaceRoot),
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `${root}/src/${entry}.ts`])),
    outdir,
    plugins: [externalsPlugin(workspaceRoot, packages, () => PACKAGES_FOLDER)],
  }).catch((error: unknown) => {
    throw asProblems(error, root);
  });
  return {
    files: outputFiles.map(({ path, contents }) => ({ path: path.slice(outdir.length + 1), bytes: contents })),
    inputs: Object.keys(metafile.inputs).sort(),
    packages: sortedPackages(packages),
  };
}
