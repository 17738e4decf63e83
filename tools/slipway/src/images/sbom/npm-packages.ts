import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readJson } from '@slipway/util/json';
import { codeOf } from '@slipway/util/errors';
import { packageFolder, packageName } from '../bundle/package-folder.ts';
import { isObject } from '../../util/json-object.ts';
import { lockfileOf } from '../../util/workspace/lockfile.ts';

/** One npm package. `integrity`: `sha512-` and Base64, where the lockfile has it; `license`: NOASSERTION where nothing says it. */
export type NpmPackage = { name: string; version: string; license: string; integrity?: string };

export const NO_LICENSE = 'NOASSERTION';

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

/** The packages in `folders`, each version once: as npm's lockfile pins them; what it does not say, as they are installed. */
export function lockedPackages(workspaceRoot: string, folders: string[]): NpmPackage[] {
  const { packages } = readLockfile(workspaceRoot);
  const integrities = pnpmIntegrities(workspaceRoot);
  const locked = folders.map((folder): [string, NpmPackage] => {
    const pinned = packages[folder];
    const installed = pinned?.version && pinned.license ? undefined : installedPackage(workspaceRoot, folder);
    const version = pinned?.version ?? installed?.version ?? 'unknown';
    const license = pinned?.license ?? licenseOf(installed);
    const id = `${packageName(folder)}@${version}`;
    const integrity = pinned?.integrity ?? integrities.get(id);
    const found = { name: packageName(folder), version, license };
    return [id, { ...found, ...(integrity === undefined ? {} : { integrity }) }];
  });
  return [...new Map(locked).values()];
}

type Installed = { version?: string; license?: unknown; licenses?: unknown };

function installedPackage(workspaceRoot: string, folder: string): Installed {
  return readJson<Installed>(join(workspaceRoot, folder, 'package.json'));
}

/** Old packages have an object there, or a list of choices under `licenses`; no word at all is no assertion, as SPDX has it. */
function licenseOf({ license, licenses }: Installed = {}): string {
  if (typeof license === 'string') return license;
  const choices = [license, licenses]
    .flat()
    .flatMap((it) => (isObject(it) && typeof it.type === 'string' ? [it.type] : []));
  return choices.length > 1 ? `(${choices.join(' OR ')})` : (choices[0] ?? NO_LICENSE);
}

/** NAME@VERSION → integrity, as pnpm's lockfile pins it. Yarn's checksums are of its own archives, not of the packages. */
function pnpmIntegrities(workspaceRoot: string): Map<string, string> {
  if (lockfileOf(workspaceRoot) !== 'pnpm-lock.yaml') return new Map();
  const { packages = {} } = parse(readFileSync(join(workspaceRoot, 'pnpm-lock.yaml'), 'utf8')) as PnpmLockfile;
  return new Map(
    Object.entries(packages).flatMap(([id, { resolution }]) =>
      resolution?.integrity === undefined ? [] : [[id, resolution.integrity] as const],
    ),
  );
}

type PnpmLockfile = { packages?: Record<string, { resolution?: { integrity?: string } }> };

export function readLockfile(workspaceRoot: string): Lockfile {
  try {
    const { packages = {} }: Partial<Lockfile> = readJson(join(workspaceRoot, LOCKFILE));
    return { packages };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { packages: {} };
    throw error;
  }
}
