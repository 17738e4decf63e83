import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A part that is made once is kept under the hash of everything that it was made from. */
export function recipeKey(...ingredients: unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([process.arch, ...ingredients]))
    .digest('hex')
    .slice(0, 12);
}

/** A folder's files as an ingredient. */
export function folderContent(folder: string): Array<[string, string]> {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file.slice(folder.length), readFileSync(file, 'utf8')]);
}
