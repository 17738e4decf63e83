import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A part that is made once is kept under the hash of everything that decides what it is. */
export function cacheKey(...inputs: unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([process.arch, ...inputs]))
    .digest('hex')
    .slice(0, 12);
}

/** The files of a folder as an input of a key; their paths count from the folder. */
export function folderContent(folder: string): Array<[string, string]> {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file.slice(folder.length), readFileSync(file, 'utf8')]);
}
