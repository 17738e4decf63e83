import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from './errors.ts';

/** The nearest folder at or above `from` that holds an nx.json. */
export function workspaceRoot(from: string): string {
  const found = findWorkspaceRoot(from);
  if (found !== undefined) return found;
  throw new UserError(`${from} is not in an Nx workspace`, { hint: 'change to a folder of one: it has an nx.json' });
}

/** The same; undefined where there is none. */
export function findWorkspaceRoot(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
