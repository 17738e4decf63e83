import { join } from 'node:path';
import { readJson } from '@slipway/util/json';
import { codeOf } from '@slipway/util/errors';
import { packageFolder, packageName } from '../bundle/package-folder.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';

/** One npm package as the lockfile pins it. `integrity`: `sha512-` and Base64. */
export type NpmPackage = { name: string; version: string; license: string; integrity: string };

type Locked = {
  version?: string;
  license?: string;
  integrity?: string;
  dev?: boolean;
  devOptional?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
};
export type Lockfile = { packages: Record<string, Locked> };

const LOCKFILE = 'package-lock.json';

/** The folders of the packages that the files lie in: `node_modules/pg`, sorted. Our own are no packages. */
export function packageFolders(files: string[]): string[] {
  return [...new Set(files.flatMap((file) => packageFolder(file) ?? []))].sort();
}

/** Whether the lockfile has a package for development alone. */
export function devOnlyPackages(workspaceRoot: string): (folder: string) => boolean {
  const { packages } = readLockfile(workspaceRoot);
  return (folder) => packages[folder]?.dev === true || packages[folder]?.devOptional === true;
}

/** What the lockfile says of the packages in `folders`, each version once. Throws ValidationError for one that is not pinned in full. */
export function lockedPackages(workspaceRoot: string, folders: string[]): NpmPackage[] {
  const { packages } = readLockfile(workspaceRoot);
  const locked = folders.map((folder): [string, NpmPackage] => {
    const { version, license, integrity } = packages[folder] ?? {};
    if (version === undefined || license === undefined || integrity === undefined) {
      const message = 'lacks the version, licence or integrity of a package that is bundled';
      throw new ValidationError([
        { file: LOCKFILE, key: folder, message, hint: 'run npm install and look at its entry' },
      ]);
    }
    const name = packageName(folder);
    return [`${name}@${version}`, { name, version, license, integrity }];
  });
  return [...new Map(locked).values()];
}

export function readLockfile(workspaceRoot: string): Lockfile {
  try {
    const { packages = {} }: Partial<Lockfile> = readJson(join(workspaceRoot, LOCKFILE));
    return { packages };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { packages: {} };
    throw error;
  }
}
