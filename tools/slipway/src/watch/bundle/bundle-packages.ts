import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runCommand } from '../../exec/run-command.ts';
import { bundleOptions } from '../../image/bundle-options.ts';
import type { PackageFile } from './packages-apart.ts';

const NAMES_SCRIPT = `
  const names = {};
  for (const path of process.argv.slice(1)) names[path] = Object.keys(await import(path));
  console.log(JSON.stringify(names));
`;
/** Node gives every CommonJS module an export 'module.exports' too, which no import statement can name. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Bundles the packages' files, each a file of its own and what they share in chunks: file name → text. Their exports are
 * those that Node itself finds, so that they are imported from the bundle as they are without one.
 */
export async function bundlePackages(
  workspaceRoot: string,
  scratch: string,
  packages: PackageFile[],
): Promise<Map<string, string>> {
  const names = await exportedNames(packages.map(({ path }) => path));
  await mkdir(scratch, { recursive: true });
  const facades = await Promise.all(
    packages.map(async ({ path, file }) => {
      // .mjs: esbuild then treats CommonJS the way that Node does.
      const facade = join(scratch, file.replace(/\.js$/, '.mjs'));
      await writeFile(
        facade,
        `export { ${names[path]!.filter((name) => IDENTIFIER.test(name)).join(', ')} } from ${JSON.stringify(path)};\n`,
      );
      return [file.replace(/\.js$/, ''), facade] as const;
    }),
  );
  const outdir = join(scratch, 'out');
  const { outputFiles } = await build({
    ...bundleOptions(workspaceRoot),
    entryPoints: Object.fromEntries(facades),
    outdir,
    sourcemap: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [path.slice(outdir.length + 1), text]));
}

/** In a process of its own: packages do things when they are imported. */
async function exportedNames(paths: string[]): Promise<Record<string, string[]>> {
  const output = await runCommand([process.execPath, '--input-type=module', '--eval', NAMES_SCRIPT, ...paths]);
  return JSON.parse(output) as Record<string, string[]>;
}
