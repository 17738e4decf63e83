import type { BundleFile } from '../bundle/bundle-file.ts';
import { packageFolder, packageName } from '../bundle/package-folder.ts';
import { type Lockfile, readLockfile } from '../sbom/npm-packages.ts';
import { binaryPlatform, type Platform } from './platform.ts';

/** A package with code for certain platforms. */
export type NativePackage = {
  folder: string;
  /** What its code, or that of the packages which it has for single platforms, is for. */
  present: Platform[];
  /** Packages for platforms that the lockfile knows and that are not installed; undefined where it is code of its own. */
  absent?: { name: string; platform: Platform }[];
};

/** The packages in `folders` that run on certain platforms alone; `files` are what the image holds of them. */
export function nativePackages(workspaceRoot: string, folders: string[], files: BundleFile[]): NativePackage[] {
  const { packages } = readLockfile(workspaceRoot);
  const found: NativePackage[] = [];
  for (const folder of folders) {
    const variants = variantsOf(packages, folder);
    const present = variants.filter(({ path }) => folders.includes(path));
    if (present.length > 0) {
      const absent = variants
        .filter((variant) => !present.includes(variant))
        .map(({ path, platform }) => ({ name: packageName(path), platform }));
      found.push({ folder, present: present.map(({ platform }) => platform), absent });
    }
    // Its parent knows which others there are.
    if (isForOnePlatform(packages[folder])) continue;
    const own = files.filter(({ path }) => path.endsWith('.node') && packageFolder(path) === folder);
    const platforms = own.flatMap(({ bytes }) => binaryPlatform(bytes) ?? []);
    if (platforms.length > 0) found.push({ folder, present: platforms });
  }
  return found;
}

type Packages = Lockfile['packages'];
type Locked = Packages[string];

/** The optional dependencies of a package that are for one platform each. */
function variantsOf(packages: Packages, folder: string): { path: string; platform: Platform }[] {
  return Object.keys(packages[folder]?.optionalDependencies ?? {}).flatMap((name) => {
    const path = [`${folder}/node_modules/${name}`, `node_modules/${name}`].find(
      (path) => packages[path] !== undefined,
    );
    const locked = path === undefined ? undefined : packages[path];
    if (path === undefined || !isForOnePlatform(locked)) return [];
    const { os, cpu, libc } = locked!;
    return [{ path, platform: { ...(os && { os }), ...(cpu && { cpu }), ...(libc && { libc }) } }];
  });
}

function isForOnePlatform(locked: Locked | undefined): boolean {
  return locked?.os !== undefined || locked?.cpu !== undefined;
}
