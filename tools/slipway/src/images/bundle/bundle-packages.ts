import { join } from 'node:path';
import { exec } from '@slipway/util/exec';
import { build, type Metafile } from 'esbuild';
import { replaceFile } from '../../util/files/write-files.ts';
import type { BundleFile } from './bundle-file.ts';
import { bundleOptions } from './bundle-options.ts';
import type { PackageFile } from './externals-plugin.ts';

/** `inputs`: every file that was looked at, relative to the workspace; `used`: those of which something is left. */
export type PackagesBundle = { files: BundleFile[]; inputs: string[]; used: string[] };

const NAMES_SCRIPT = `
  const names = {};
  for (const path of process.argv.slice(1)) names[path] = Object.keys(await import(path));
  console.log(JSON.stringify(names));
`;
/** Node gives every CommonJS module an export 'module.exports' too, which no import statement can name. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Bundles the packages' files, each a file of its own and what they share in chunks. Their exports are those that Node
 * itself finds, so that they are imported from the bundle as they are without one. They are minified for good, without
 * source maps. The same packages give the same bytes in any workspace; `scratch` (relative to it) is part of that.
 */
export async function bundlePackages(
  workspaceRoot: string,
  scratch: string,
  packages: PackageFile[],
): Promise<PackagesBundle> {
  if (packages.length === 0) return { files: [], inputs: [], used: [] };
  const paths = packages.map(({ path }) => join(workspaceRoot, path));
  const names = await exportedNames(paths);
  const facades = await Promise.all(
    packages.map(async ({ file }, index) => {
      const path = paths[index]!;
      // .mjs: esbuild then treats CommonJS the way that Node does.
      const facade = join(workspaceRoot, scratch, file.replace(/\.js$/, '.mjs'));
      const exported = names[path]!.filter((name) => IDENTIFIER.test(name)).join(', ');
      await replaceFile(facade, `export { ${exported} } from ${JSON.stringify(path)};\n`);
      return [file.replace(/\.js$/, ''), facade] as const;
    }),
  );
  const outdir = join(workspaceRoot, scratch, 'out');
  const { outputFiles, metafile } = await build({
    ...bundleOptions(workspaceRoot),
    entryPoints: Object.fromEntries(facades),
    outdir,
    sourcemap: false,
  });
  const isPackage = (path: string) => path.includes('node_modules/');
  return {
    files: outputFiles.map(({ path, contents }) => ({ path: path.slice(outdir.length + 1), bytes: contents })),
    inputs: Object.keys(metafile.inputs).filter(isPackage).sort(),
    used: usedFiles(metafile).filter(isPackage),
  };
}

/** In a process of its own: packages do things when they are imported. */
async function exportedNames(paths: string[]): Promise<Record<string, string[]>> {
  const output = await exec([process.execPath, '--input-type=module', '--eval', NAMES_SCRIPT, ...paths]);
  return JSON.parse(output) as Record<string, string[]>;
}

/** The files that tree shaking has left something of. */
function usedFiles({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}
