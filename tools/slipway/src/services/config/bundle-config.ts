import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Loader, type Plugin, transform } from 'esbuild';
import { customConditions } from '../../util/workspace/custom-conditions.ts';

/** One file's code with all that it imports of the workspace. `sources`: absolute. */
export type ConfigBundle = { code: string; sources: string[] };

const RESOLVING = Symbol('resolving');
const LOADERS: Record<string, Loader> = { '.tsx': 'tsx', '.jsx': 'jsx', '.ts': 'ts', '.mts': 'ts', '.cts': 'ts' };

/**
 * Bundles the file at `path` as images are bundled, so that what a service can import, its environment can: by tsconfig's
 * paths and conditions, without extensions, CommonJS, enums. Packages stay where they are. Throws esbuild's BuildFailure.
 */
export async function bundleConfig(workspaceRoot: string, path: string): Promise<ConfigBundle> {
  const { metafile, outputFiles } = await build({
    ...options(workspaceRoot),
    entryPoints: [path],
    // Beside the source, by which the source map leads to it.
    outfile: join(dirname(path), 'config.bundle.js'),
    banner: {
      js: `import { createRequire as $require } from 'node:module'; const require = $require(${JSON.stringify(path)});`,
    },
    plugins: [packagesPlugin, placePlugin],
  });
  const sources = Object.keys(metafile.inputs)
    .filter((input) => !input.includes(':'))
    .map((input) => join(workspaceRoot, input));
  return { code: outputFiles[0]!.text, sources };
}

function options(workspaceRoot: string) {
  return {
    absWorkingDir: workspaceRoot,
    bundle: true,
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'esm',
    conditions: [...customConditions(workspaceRoot), 'module-sync', 'node-addons'],
    keepNames: true,
    sourcemap: 'inline',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    logOverride: { 'import-is-undefined': 'error' },
  } satisfies BuildOptions;
}

/** A package is imported from where it was found: the bundle itself lies nowhere. */
const packagesPlugin: Plugin = {
  name: 'packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, kind, resolveDir, importer }) => {
      if (pluginData === RESOLVING || kind === 'entry-point') return undefined;
      const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: RESOLVING });
      // The bundler says it better, with the line.
      if (found.errors.length > 0) return undefined;
      const isCode = found.path.includes('/node_modules/') && /\.[cm]?js$/.test(found.path);
      if (found.external || !isCode) return found;
      return { path: kind.startsWith('require') ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
};

/** A source that asks where it lies is told so. */
const placePlugin: Plugin = {
  name: 'place',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!/import\s*\.\s*meta|__dirname|__filename/.test(text)) return undefined;
      const place = { dirname: dirname(path), filename: path, url: pathToFileURL(path).href };
      const define = Object.fromEntries([
        ...Object.entries(place).map(([name, value]) => [`import.meta.${name}`, JSON.stringify(value)]),
        ['__dirname', JSON.stringify(place.dirname)],
        ['__filename', JSON.stringify(path)],
      ]);
      const loader = LOADERS[extname(path)] ?? 'js';
      // What does not compile is the bundler's to say.
      const compiled = await transform(text, { loader, define, sourcefile: path, sourcemap: 'inline' }).catch(
        () => undefined,
      );
      return compiled && { contents: compiled.code, loader: 'js' };
    });
  },
};
