import { type Dirent, globSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The files of a build's output that a program may load or read. */
export function filesBelow(workspaceRoot: string, folder: string): string[] {
  return entriesBelow(workspaceRoot, folder)
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.d.ts') && !entry.name.endsWith('.tsbuildinfo'))
    .map((entry) => relative(workspaceRoot, join(entry.parentPath, entry.name)))
    .sort();
}

/** The folder and those below. */
export function foldersBelow(workspaceRoot: string, folder: string): string[] {
  const inner = entriesBelow(workspaceRoot, folder).filter((entry) => entry.isDirectory());
  return [folder, ...inner.map((entry) => relative(workspaceRoot, join(entry.parentPath, entry.name)))];
}

function entriesBelow(workspaceRoot: string, folder: string): Dirent[] {
  const exclude = (entry: Dirent) => entry.name === 'node_modules';
  return globSync(`${folder}/**/*`, { cwd: workspaceRoot, withFileTypes: true, exclude });
}
