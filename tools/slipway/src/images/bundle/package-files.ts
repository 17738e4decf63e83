import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleFile } from './bundle-file.ts';

/** Maps of packages' code only serve those who debug it. */
const LEFT_OUT = /\.map$/;

/** All files of the packages in `folders` (relative to the workspace), but for packages within: those are named themselves. */
export async function packageFiles(workspaceRoot: string, folders: string[]): Promise<BundleFile[]> {
  const found = await Promise.all(folders.map((folder) => filesIn(workspaceRoot, folder)));
  return found.flat();
}

/** Licence texts of packages that are bundled. */
export async function filesIn(workspaceRoot: string, folder: string): Promise<BundleFile[]> {
  const entries = await readdir(join(workspaceRoot, folder), { withFileTypes: true });
  const files = await Promise.all(
    entries.map(async (entry): Promise<BundleFile[]> => {
      const path = `${folder}/${entry.name}`;
      if (entry.name === 'node_modules' || LEFT_OUT.test(entry.name)) return [];
      if (await isFolder(workspaceRoot, path, entry)) return filesIn(workspaceRoot, path);
      const file = join(workspaceRoot, path);
      const { mode } = await stat(file);
      return [{ path, bytes: await readFile(file), mode: (mode & 0o111) === 0 ? 0o644 : 0o755 }];
    }),
  );
  return files.flat();
}

/** A link counts as what it leads to, within the workspace. */
async function isFolder(workspaceRoot: string, path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await realpath(join(workspaceRoot, path));
  if (!target.startsWith(join(workspaceRoot, '/'))) throw new Error(`${path} leads out of the workspace: ${target}`);
  return (await stat(target)).isDirectory();
}
