import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ValidationError } from '../../util/problems/validation-error.ts';

/** One npm package as the lockfile pins it. `integrity`: `sha512-` and Base64. */
export type NpmPackage = { name: string; version: string; license: string; integrity: string };

type Lockfile = { packages: Record<string, { version?: string; license?: string; integrity?: string }> };

const LOCKFILE = 'package-lock.json';
const FOLDER = 'node_modules/';

/** The folders of the packages that the bundled files lie in: `node_modules/pg`, sorted. Our own are no packages. */
export function packageFolders(files: string[]): string[] {
  const folders = files.flatMap((file) => {
    const at = file.lastIndexOf(FOLDER);
    if (at < 0) return [];
    const [first, second] = file.slice(at + FOLDER.length).split('/');
    const name = first!.startsWith('@') ? `${first}/${second}` : first;
    return [`${file.slice(0, at)}${FOLDER}${name}`];
  });
  return [...new Set(folders)].sort();
}

/** What the lockfile says of the packages in `folders`, each version once. Throws ValidationError for one that is not pinned in full. */
export function lockedPackages(workspaceRoot: string, folders: string[]): NpmPackage[] {
  const { packages } = JSON.parse(readFileSync(join(workspaceRoot, LOCKFILE), 'utf8')) as Lockfile;
  const locked = folders.map((folder): [string, NpmPackage] => {
    const { version, license, integrity } = packages[folder] ?? {};
    if (version === undefined || license === undefined || integrity === undefined) {
      const message = 'lacks the version, licence or integrity of a package that is bundled';
      throw new ValidationError([
        { file: LOCKFILE, key: folder, message, hint: 'run npm install and look at its entry' },
      ]);
    }
    const name = folder.slice(folder.lastIndexOf(FOLDER) + FOLDER.length);
    return [`${name}@${version}`, { name, version, license, integrity }];
  });
  return [...new Map(locked).values()];
}
