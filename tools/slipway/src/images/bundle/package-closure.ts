import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJson } from '@slipway/util/json';

type Manifest = {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
};

/** The folder that Node would find the package `name` in from `folder`; both relative to the workspace. */
export function findPackage(workspaceRoot: string, folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = at === '.' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (existsSync(join(workspaceRoot, found, 'package.json'))) return found;
    if (at === '.') return undefined;
  }
}

/**
 * These packages and all that they may load by name: dependencies, optional ones and peers, as far as they are
 * installed. `isDevOnly`: whether a package is here for development alone; as an optional peer it is left out then.
 */
export function packageClosure(
  workspaceRoot: string,
  folders: Iterable<string>,
  isDevOnly: (folder: string) => boolean,
): Set<string> {
  const closure = new Set<string>();
  const visit = (folder: string): void => {
    if (closure.has(folder)) return;
    closure.add(folder);
    const manifest = readManifest(workspaceRoot, folder);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      // Types are erased.
      if (name.startsWith('@types/')) continue;
      const found = findPackage(workspaceRoot, folder, name);
      const isOptionalPeer = peerDependenciesMeta[name]?.optional === true && dependencies?.[name] === undefined;
      if (found !== undefined && !(isOptionalPeer && isDevOnly(found))) visit(found);
    }
  };
  for (const folder of folders) visit(folder);
  return closure;
}

function readManifest(workspaceRoot: string, folder: string): Manifest {
  return readJson(join(workspaceRoot, folder, 'package.json'));
}
