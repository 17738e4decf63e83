import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MIGRATIONS_FOLDER } from '@slipway/migrations';

/**
 * The folder `migrations/` of the module with that URL: beside the bundle in an image (`/app/main.js`), beside `src/` in
 * the sources.
 */
export function migrationsFolder(moduleUrl: string): string {
  const candidates = ['./', '../'].map((path) => fileURLToPath(new URL(`${path}${MIGRATIONS_FOLDER}/`, moduleUrl)));
  const folder = candidates.find((path) => existsSync(path));
  if (folder === undefined) throw new Error(`no folder of migrations: looked for ${candidates.join(' and ')}`);
  return folder;
}
