import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { ServiceContract } from '../contract/service-contract.ts';
import { packageFolders } from '../sbom/npm-packages.ts';
import { asFaults } from './build-faults.ts';
import { bundleOptions } from './bundle-options.ts';
import { ownSourceMap } from './own-source-map.ts';

export type BundleFile = { path: string; bytes: Uint8Array };

/**
 * `inputs`: every file that was looked at, relative to the workspace. `packages`: folders of the npm packages of which
 * something is in the bundle, e.g. `node_modules/pg`.
 */
export type Bundle = { files: BundleFile[]; inputs: string[]; packages: string[] };

/**
 * The service's entries bundled with all they import: `main.js`, `migrate.js`, what they share, and source maps of our
 * own sources. The same sources give the same bytes in any folder: paths in them are relative to the workspace. Throws
 * FaultsError for what does not compile.
 */
export async function bundleService(workspaceRoot: string, { root, hasDatabase }: ServiceContract): Promise<Bundle> {
  const entries = hasDatabase ? ['main', 'migrate'] : ['main'];
  const result = await build({
    ...bundleOptions(workspaceRoot),
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `${root}/src/${entry}.ts`])),
    outdir: `dist/${root}`,
  }).catch((error: unknown) => {
    throw asFaults(error, root);
  });
  const outdir = join(workspaceRoot, 'dist', root);
  const files = result.outputFiles.map(({ path, contents }) => ({
    path: path.slice(outdir.length + 1),
    bytes: path.endsWith('.map') ? ownSourceMap(contents) : contents,
  }));
  return { files, inputs: inputsOf(result.metafile), packages: packageFolders(bundled(result.metafile)) };
}

/** The files that tree shaking has left something of. */
function bundled({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

function inputsOf({ inputs }: Metafile): string[] {
  return Object.keys(inputs).sort();
}
