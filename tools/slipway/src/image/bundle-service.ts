import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { ServiceContract } from '../contract/service-contract.ts';
import { FaultsError } from '../faults/faults-error.ts';
import { packageFolders } from '../sbom/npm-packages.ts';
import { ownSourceMap } from './own-source-map.ts';

export type BundleFile = { path: string; bytes: Uint8Array };

/**
 * `inputs`: every file that was looked at, relative to the workspace. `packages`: folders of the npm packages of which
 * something is in the bundle, e.g. `node_modules/pg`.
 */
export type Bundle = { files: BundleFile[]; inputs: string[]; packages: string[] };

/** Bundled CommonJS calls require(), which an ES module does not have by itself. */
const REQUIRE_BANNER =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/**
 * The service's entries bundled with all they import: `main.js`, `migrate.js`, what they share, and source maps of our
 * own sources. The same sources give the same bytes in any folder: paths in them are relative to the workspace. Throws
 * FaultsError for what does not compile.
 */
export async function bundleService(workspaceRoot: string, { root, hasDatabase }: ServiceContract): Promise<Bundle> {
  const entries = hasDatabase ? ['main', 'migrate'] : ['main'];
  const result = await build({
    absWorkingDir: workspaceRoot,
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `${root}/src/${entry}.ts`])),
    outdir: `dist/${root}`,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: REQUIRE_BANNER },
    sourcemap: 'linked',
    sourcesContent: false,
    minify: true,
    // Names show in stack traces and in logs.
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
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

type BuildFailure = {
  errors?: { text: string; location: { file: string; line: number; lineText: string } | null }[];
};

function asFaults(error: unknown, root: string): unknown {
  const { errors } = error as BuildFailure;
  if (errors === undefined) return error;
  return new FaultsError(
    errors.map(({ text, location }) => ({
      file: location?.file ?? `${root}/src`,
      ...(location === null ? {} : { line: location.line }),
      problem: `${text}${location === null ? '' : `: ${location.lineText.trim()}`}`,
      cure: 'mend the source',
    })),
  );
}
