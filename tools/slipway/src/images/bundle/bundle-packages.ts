import { join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { replaceFile } from '../../util/files/write-files.ts';
import type { BundleFile } from './bundle-file.ts';
import { bundleOptions } from './bundle-options.ts';
import { commonJsExports } from './commonjs-exports.ts';
import type { PackageFile } from './externals-plugin.ts';
import { packageFolder, packageName } from './package-folder.ts';
import { packageFiles } from './package-files.ts';
import { realPackages } from './real-packages.ts';
import { type PackageTrace, tracePackages } from './trace-packages.ts';
import { urlPath } from './url-path.ts';

/** `inputs`: every file that was read. `npm`: the folders of the packages of which something is in `files`. */
export type PackagesBundle = { files: BundleFile[]; inputs: string[]; npm: string[]; real: string[] };

export type WantedPackages = {
  /** Files of packages that our sources import. */
  imported: PackageFile[];
  /** Folders of packages that no import shows, e.g. a logger's transport: these are whole. */
  whole: string[];
};

/**
 * The npm packages of a service: those that provably work in a bundle are bundled and minified, each imported file a file
 * of its own in `folder`; the others stay as npm installed them. No code of them runs. The same packages give the same
 * bytes in any workspace. `scratch` and `folder` are relative to it.
 */
export async function bundlePackages(
  workspaceRoot: string,
  { scratch, folder }: { scratch: string; folder: string },
  { imported, whole }: WantedPackages,
  isDevOnly: (folder: string) => boolean,
): Promise<PackagesBundle> {
  const paths = imported.map(({ path }) => path);
  const trace = await tracePackages(workspaceRoot, paths);
  const real = realPackages(workspaceRoot, trace, whole, isDevOnly);
  const isReal = (path: string) => real.includes(packageFolder(path) ?? '');
  const facades: BundleFile[] = imported
    .filter(({ path }) => isReal(path))
    .map(({ path, file }) => ({ path: `${folder}/${file}`, bytes: Buffer.from(facadeOf(path, folder, trace)) }));
  const bundled = imported.filter(({ path }) => !isReal(path));
  const entries = await Promise.all(
    bundled.map(async ({ path, file }) => {
      const out = file.replace(/\.js$/, '');
      if (trace.inputs[path]?.format !== 'cjs') return { in: join(workspaceRoot, path), out };
      // .mjs: esbuild then treats CommonJS the way that Node does.
      const facade = join(workspaceRoot, scratch, `${out}.mjs`);
      const names = ['default', ...commonJsExports(join(workspaceRoot, path))].join(', ');
      await replaceFile(facade, `export { ${names} } from ${JSON.stringify(join(workspaceRoot, path))};\n`);
      return { in: facade, out };
    }),
  );
  const outdir = join(workspaceRoot, scratch, 'out');
  const { outputFiles, metafile } = await build({
    ...bundleOptions(workspaceRoot),
    entryPoints: entries,
    outdir,
    sourcemap: false,
    external: [...trace.missing],
    plugins: real.length === 0 ? [] : [leaveInPlace(workspaceRoot, folder, real)],
  });
  const inPlace = await packageFiles(workspaceRoot, real);
  const inputs = [...Object.keys(trace.inputs), ...inPlace.map(({ path }) => path)];
  return {
    files: [
      ...outputFiles.map(({ path, contents }) => ({
        path: `${folder}/${relative(outdir, path)}`,
        bytes: contents,
      })),
      ...facades,
      ...inPlace,
    ],
    inputs: [...new Set(inputs)].filter((path) => packageFolder(path) !== undefined).sort(),
    npm: [...new Set([...real, ...usedFiles(metafile).flatMap((file) => packageFolder(file) ?? [])])].sort(),
    real,
  };
}

/** Passes on all that the package's file exports. */
function facadeOf(path: string, folder: string, { inputs, exports }: PackageTrace): string {
  const from = JSON.stringify(urlPath(relative(folder, path)));
  const hasDefault = inputs[path]?.format === 'cjs' || exports.get(path)?.includes('default') !== false;
  return `export * from ${from};\n${hasDefault ? `export { default } from ${from};\n` : ''}`;
}

/** Imports of packages that stay become imports of their very file. */
function leaveInPlace(workspaceRoot: string, folder: string, real: string[]): Plugin {
  const names = [...new Set(real.map(packageName))].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return {
    name: 'leave-in-place',
    setup: (build) => {
      build.onResolve({ filter: new RegExp(`^(${names.join('|')})(/|$)`) }, async (question) => {
        const { path, kind, resolveDir, importer, pluginData } = question;
        if (pluginData === RESOLVING || kind === 'entry-point') return undefined;
        const resolved = await build.resolve(path, { kind, resolveDir, importer, pluginData: RESOLVING });
        if (resolved.errors.length > 0 || resolved.external) return resolved;
        const file = relative(workspaceRoot, resolved.path);
        if (!real.includes(packageFolder(file) ?? '')) return resolved;
        const beside = relative(folder, file);
        return { path: kind.startsWith('require') ? beside : urlPath(beside), external: true };
      });
    },
  };
}

const RESOLVING = Symbol('resolving');

/** The files that tree shaking has left something of. */
function usedFiles({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}
