import { join } from 'node:path';
import { build } from 'esbuild';
import type { ServiceContract } from '../contract/service-contract.ts';
import { FaultsError } from '../faults/faults-error.ts';

export type BundleFile = { path: string; bytes: Uint8Array };

/** Bundled CommonJS calls require(), which an ES module does not have by itself. */
const REQUIRE_BANNER =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/**
 * The service's entries bundled with all they import: `main.js`, `migrate.js` and their source maps. The same sources
 * give the same bytes in any folder: paths in them are relative to the workspace.
 */
export async function bundleService(
  workspaceRoot: string,
  { root, hasDatabase }: ServiceContract,
): Promise<BundleFile[]> {
  const entries = hasDatabase ? ['main', 'migrate'] : ['main'];
  const result = await build({
    absWorkingDir: workspaceRoot,
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `${root}/src/${entry}.ts`])),
    outdir: `dist/${root}`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: REQUIRE_BANNER },
    sourcemap: 'linked',
    sourcesContent: false,
    // Names show in stack traces and in logs.
    keepNames: true,
    minifyWhitespace: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  }).catch(
    (error: { errors?: { text: string; location: { file: string; line: number; lineText: string } | null }[] }) => {
      if (error.errors === undefined) throw error;
      throw new FaultsError(
        error.errors.map(({ text, location }) => ({
          file: location?.file ?? `${root}/src`,
          ...(location === null ? {} : { line: location.line }),
          problem: `${text}${location === null ? '' : `: ${location.lineText.trim()}`}`,
          cure: 'mend the source',
        })),
      );
    },
  );
  const outdir = join(workspaceRoot, 'dist', root);
  return result.outputFiles.map(({ path, contents }) => ({ path: path.slice(outdir.length + 1), bytes: contents }));
}
