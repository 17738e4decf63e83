import { globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What writing would change or has changed; paths relative to the workspace, sorted. */
export type FileChanges = { written: string[]; deleted: string[] };

/**
 * Compares `files` (path → text) with the disk. Files below `owned`, a folder or a glob of some, that are not among them
 * count as deleted: these are generated whole.
 */
export async function compareFiles(root: string, files: Map<string, string>, owned: string): Promise<FileChanges> {
  const written: string[] = [];
  for (const [path, text] of files) {
    const existing = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (existing !== text) written.push(path);
  }
  const present = globSync(`${owned}/**/*`, { cwd: root, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return { written: written.sort(), deleted: present.filter((path) => !files.has(path)).sort() };
}

/** Makes the disk equal to `files`; every file is replaced whole, so an interruption leaves old or new, never half. */
export async function writeFiles(
  root: string,
  files: Map<string, string>,
  owned: string,
  mode = 0o644,
): Promise<FileChanges> {
  const changes = await compareFiles(root, files, owned);
  for (const path of changes.written) await replaceFile(join(root, path), files.get(path)!, mode);
  for (const path of changes.deleted) await rm(join(root, path));
  return changes;
}

/** Writes `content` to a temporary file beside `path` and renames it. `mode`: 0o600 for what is secret. */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content, { mode });
  await rename(temporary, path);
}
