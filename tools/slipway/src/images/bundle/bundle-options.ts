import type { BuildOptions } from 'esbuild';
import { customConditions } from '../../util/workspace/custom-conditions.ts';

/** Bundled CommonJS calls require(), which an ES module does not have by itself. Code finds its own place by the second. */
const BANNER = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
  'const __slipway_bundle = import.meta.url, __slipway_package = import.meta.resolve;',
].join(' ');

/** How services are bundled, for images, processes and watch mode alike. */
export function bundleOptions(workspaceRoot: string) {
  return {
    absWorkingDir: workspaceRoot,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // What Node resolves by, beside import, require, node and default; esbuild would add a condition of its own.
    conditions: [...customConditions(workspaceRoot), 'module-sync', 'node-addons'],
    banner: { js: BANNER },
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
