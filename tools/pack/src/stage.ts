import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { globSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSource, publishedManifest, withCompiledPaths } from './published-manifest.ts';
import type { ReleasedPackage } from './released-package.ts';

/** Text that may name a source by its path. */
const NAMES_SOURCES = /\.(cjs|json)$/;
const ALWAYS = ['README.md', 'CHANGELOG.md'];

/** Writes to `destination` what the tarball of the package is made of. `compiled`: what `compile` wrote. */
export async function stage(
  workspaceRoot: string,
  { folder, manifest }: ReleasedPackage,
  compiled: string,
  destination: string,
): Promise<void> {
  await rm(destination, { recursive: true, force: true });
  const patterns = [...(manifest.files ?? []), ...ALWAYS].flatMap((name) => [name, `${name}/**/*`]);
  for (const path of globSync(patterns, { cwd: join(workspaceRoot, folder) })) {
    const from = join(workspaceRoot, folder, path);
    if (isSource(path) || statSync(from).isDirectory()) continue;
    const to = join(destination, path);
    await mkdir(dirname(to), { recursive: true });
    // cp keeps the mode: programs stay programs.
    await cp(from, to);
    if (NAMES_SOURCES.test(path)) await writeFile(to, withCompiledPaths(await readFile(to, 'utf8')));
  }
  await cp(join(compiled, folder, 'src'), join(destination, 'src'), { recursive: true });
  await cp(join(workspaceRoot, 'LICENSE'), join(destination, 'LICENSE'));
  await writeFile(join(destination, 'package.json'), `${JSON.stringify(publishedManifest(manifest), undefined, 2)}\n`);
}
