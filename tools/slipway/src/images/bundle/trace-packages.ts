import { extname, join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';
import { packageFolder } from './package-folder.ts';
import { isBuildFailure } from './build-problems.ts';

/** What the packages' files import, read without running any of it. Paths are relative to the workspace. */
export type PackageTrace = {
  inputs: Metafile['inputs'];
  /** File that our sources import → its exports; of CommonJS only `default`. */
  exports: Map<string, string[]>;
  /** Packages that cannot be bundled: a file of theirs is no JavaScript that esbuild understands. */
  broken: Set<string>;
  /** What imports name and is not there: it may be optional. */
  missing: Set<string>;
};

/** Files that are no code: a package that loads one is not bundled. */
const NO_CODE = { '.node': 'empty', '.wasm': 'empty' } as const;
const MISSING = /^Could not resolve "([^"]+)"/;

/** Follows the imports of `paths`. What cannot be found is left for Node to miss, as it would without us. */
export async function tracePackages(workspaceRoot: string, paths: string[]): Promise<PackageTrace> {
  const broken = new Set<string>();
  const missing = new Set<string>();
  while (true) {
    const known = broken.size + missing.size;
    try {
      const { metafile } = await build({
        ...bundleOptions(workspaceRoot),
        entryPoints: paths.map((path, index) => ({ in: join(workspaceRoot, path), out: String(index) })),
        outdir: join(workspaceRoot, 'dist', 'trace'),
        minify: false,
        keepNames: false,
        sourcemap: false,
        loader: NO_CODE,
        external: [...missing],
        plugins: broken.size === 0 ? [] : [skipBroken(workspaceRoot, broken)],
      });
      const exports = Object.values(metafile.outputs).flatMap(({ entryPoint, exports: names }): [string, string[]][] =>
        entryPoint === undefined ? [] : [[entryPoint, names]],
      );
      for (const file of Object.keys(metafile.inputs)) {
        const folder = extname(file) in NO_CODE ? packageFolder(file) : undefined;
        if (folder !== undefined) broken.add(folder);
      }
      return { inputs: metafile.inputs, exports: new Map(exports), broken, missing };
    } catch (error) {
      for (const { text, location } of isBuildFailure(error) ? error.errors : []) {
        const name = MISSING.exec(text)?.[1];
        const folder = location === null ? undefined : packageFolder(location.file);
        if (name !== undefined) missing.add(name);
        else if (folder !== undefined) broken.add(folder);
      }
      if (broken.size + missing.size === known) throw error;
    }
  }
}

function skipBroken(root: string, broken: Set<string>): Plugin {
  return {
    name: 'skip-broken',
    setup: (build) => {
      build.onLoad({ filter: /./ }, ({ path }) =>
        broken.has(packageFolder(relative(root, path)) ?? '') ? { contents: '', loader: 'empty' } : undefined,
      );
    },
  };
}
