import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { explainFullDisk } from '@slipway/util/full-disk';
import { parseJson } from '@slipway/util/json';
import { extract } from 'tar-stream';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { keepNewest, unfinished } from '../../util/files/keep-newest.ts';
import { replaceFile } from '../../util/files/write-files.ts';
import { PACKAGES_FOLDER } from '../bundle/externals-plugin.ts';
import { serviceLayers } from './service-layers.ts';

/**
 * The folder with `main.js` and `migrate.js` of the service as its image has them: both layers, unpacked below `dist/run`.
 * The same build is the same folder. Throws ValidationError for what does not compile or would not run.
 */
export async function builtService(workspaceRoot: string, serviceSpec: ServiceSpec): Promise<string> {
  const { own, packages } = await serviceLayers(workspaceRoot, serviceSpec);
  const runs = join(workspaceRoot, 'dist', 'run');
  const { name, root } = serviceSpec;
  const packagesFolder = join(runs, `${name}-packages-${hashOf(packages.tar)}`);
  await unpack(packages.tar, packagesFolder);
  const folder = join(runs, `${name}-${hashOf(packages.tar, own.tar)}`);
  const links = [join(root, PACKAGES_FOLDER), ...ancestors(root).map((at) => join(at, 'node_modules'))];
  await unpack(own.tar, folder, async (unpacked) => {
    await pointToSources(join(unpacked, root), join(workspaceRoot, root));
    for (const link of links.filter((path) => existsSync(join(packagesFolder, path)))) {
      await mkdir(dirname(join(unpacked, link)), { recursive: true });
      // The folder is renamed, so that the link is relative to where it will lie.
      await symlink(relative(dirname(join(folder, link)), join(packagesFolder, link)), join(unpacked, link));
    }
  });
  // Bundles are ES modules, also in a workspace whose package.json does not say so.
  await replaceFile(join(runs, 'package.json'), '{"type":"module"}\n');
  await keepNewest(runs, new RegExp(`^${name}-[0-9a-f]{16}$`));
  await keepNewest(runs, new RegExp(`^${name}-packages-[0-9a-f]{16}$`));
  return join(folder, root);
}

/** Stack traces and debuggers show the sources that people edit, and not where they would lie in an image. */
async function pointToSources(folder: string, sources: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.js.map'))) {
    const map = parseJson<object>(await readFile(join(folder, name), 'utf8'), name);
    await writeFile(join(folder, name), JSON.stringify({ ...map, sourceRoot: `${pathToFileURL(sources).href}/` }));
  }
}

function hashOf(...tars: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const tar of tars) hash.update(tar);
  return hash.digest('hex').slice(0, 16);
}

/** Whole or not at all: two runs may unpack the same at once. */
async function unpack(tar: Uint8Array, folder: string, more: (folder: string) => Promise<void> = async () => {}) {
  if (existsSync(folder)) return utimes(folder, new Date(), new Date());
  const temporary = unfinished(folder);
  try {
    for await (const entry of Readable.from([tar]).pipe(extract())) {
      const path = join(temporary, entry.header.name.replace(/^app\/?/, ''));
      if (entry.header.type === 'directory') await mkdir(path, { recursive: true });
      else await writeFile(path, await buffer(entry), { mode: entry.header.mode ?? 0o644 });
      entry.resume();
    }
    await more(temporary);
    await rename(temporary, folder);
  } catch (error) {
    const explained = await explainFullDisk(error, { file: folder, bytes: tar.length });
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw explained;
  }
}

/** `apps/order` → `apps/order`, `apps`, `.`. */
function ancestors(folder: string): string[] {
  return folder === '.' ? ['.'] : [folder, ...ancestors(dirname(folder))];
}
