import type { Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarEntry } from './tar-writer.ts';

/** Every file, folder and symlink below `root` as entries owned by root; sockets and devices are left out. */
export async function treeEntries(
  root: string,
  keep: (path: string, stats: Stats) => boolean = () => true,
): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  await walk(root, '', keep, entries);
  return entries;
}

async function walk(
  root: string,
  folder: string,
  keep: (path: string, stats: Stats) => boolean,
  entries: TarEntry[],
): Promise<void> {
  for (const name of await readdir(join(root, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const source = join(root, path);
    const stats = await lstat(source);
    if (!keep(path, stats)) continue;
    const mode = stats.mode & 0o7777;
    if (stats.isSymbolicLink()) {
      entries.push({ path, mode: 0o777, type: 'symlink', linkname: await readlink(source) });
    } else if (stats.isDirectory()) {
      entries.push({ path, mode, type: 'directory' });
      await walk(root, path, keep, entries);
    } else if (stats.isFile()) {
      entries.push({ path, mode, type: 'file', source });
    }
  }
}
