import type { BuildOptions } from 'esbuild';

/** Bundled CommonJS calls require(), which an ES module does not have by itself. */
const REQUIRE_BANNER =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** How services are bundled, for images and in watch mode alike. */
export function bundleOptions(workspaceRoot: string) {
  return {
    absWorkingDir: workspaceRoot,
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
  } satisfies BuildOptions;
}
