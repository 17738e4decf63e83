import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from './errors.ts';

/** The nearest folder at or above `from` that holds an nx.json. */
export function workspaceRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) {
      throw new UserError(`${from} is not in an Nx workspace`, {
        hint: 'change to a folder of one: it has an nx.json',
      });
    }
  }
}
