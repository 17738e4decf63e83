import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJson } from '@slipway/util/json';
import { isIgnoredFile, MIGRATIONS_FOLDER } from '@slipway/migrations';

/**
 * The folders whose files make up the service in `root`: its own, and those of the workspace's packages that its sources
 * import, directly or through each other. All relative to the workspace.
 */
export function sourceFolders(workspaceRoot: string, root: string): string[] {
  const packages = workspacePackages(workspaceRoot);
  const folders = new Set<string>();
  const visit = (folder: string): void => {
    if (folders.has(folder)) return;
    folders.add(folder);
    for (const file of globSync(`${folder}/src/**/*.ts`, { cwd: workspaceRoot })) {
      for (const name of importedPackages(readFileSync(join(workspaceRoot, file), 'utf8'))) {
        const imported = packages.get(name);
        if (imported !== undefined) visit(imported);
      }
    }
  };
  visit(root);
  return [...folders];
}

/** What counts as a part of the running service: sources and migrations, package.json (its exports), the secrets. */
export function isSource(pathInFolder: string): boolean {
  if (pathInFolder === '.env' || pathInFolder === 'package.json') return true;
  const [folder = ''] = pathInFolder.split('/');
  if (folder === pathInFolder || !['src', 'assets', MIGRATIONS_FOLDER].includes(folder)) return false;
  // Editors write scratch files beside the one that is saved.
  const name = basename(pathInFolder);
  return !isIgnoredFile(name) && !/^\d+$/.test(name);
}

/** Package name → folder, of the root package.json's workspaces. */
function workspacePackages(workspaceRoot: string): Map<string, string> {
  const { workspaces = [] } = readPackage(workspaceRoot);
  const folders = workspaces.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: workspaceRoot }));
  return new Map(
    folders.map((file) => {
      const folder = file.slice(0, -'/package.json'.length).replaceAll('\\', '/');
      return [String(readPackage(join(workspaceRoot, folder)).name), folder];
    }),
  );
}

function readPackage(folder: string): { name?: string; workspaces?: string[] } {
  return readJson(join(folder, 'package.json'));
}

function importedPackages(source: string): string[] {
  return [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]((?:@[^/'"]+\/)?[^./'"][^/'"]*)/g)].map(
    (match) => match[1] ?? '',
  );
}
