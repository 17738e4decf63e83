import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJson } from '@slipway/util/json';
import { filesBelow, foldersBelow } from './files-below.ts';

/**
 * A package of the workspace: its folder, where Node finds it, which of its files are taken, and the folders that they
 * are looked for in: the time of a folder says that a file came or went.
 */
export type LinkedPackage = { folder: string; place: string; files: string[]; folders: string[] };

/** The workspace's packages that `paths` lie in, as far as node_modules links to them. */
export function linkedPackages(workspaceRoot: string, root: string, paths: string[]): LinkedPackage[] {
  const folders = [...new Set(paths.map((path) => packageAbove(workspaceRoot, path)))];
  return folders.flatMap((folder): LinkedPackage[] => {
    if (folder === undefined || folder === root) return [];
    const { name } = readJson<{ name?: string }>(join(workspaceRoot, folder, 'package.json'));
    const places = [`${root}/node_modules/${name}`, `node_modules/${name}`];
    const place = places.find((path) => existsSync(join(workspaceRoot, path)) && isSame(workspaceRoot, path, folder));
    if (place === undefined) return [];
    const own = paths.filter((path) => path.startsWith(`${folder}/`));
    const tops = new Set(
      own
        .map((path) => path.slice(folder.length + 1).split('/'))
        .flatMap(([top, ...rest]) => (rest.length > 0 ? [`${folder}/${top}`] : [])),
    );
    const files = [`${folder}/package.json`, ...own, ...[...tops].flatMap((top) => filesBelow(workspaceRoot, top))];
    return [
      {
        folder,
        place,
        files: [...new Set(files)],
        folders: [...tops].flatMap((top) => foldersBelow(workspaceRoot, top)),
      },
    ];
  });
}

function packageAbove(workspaceRoot: string, path: string): string | undefined {
  for (let at = dirname(path); at !== '.'; at = dirname(at))
    if (existsSync(join(workspaceRoot, at, 'package.json'))) return at;
  return undefined;
}

function isSame(workspaceRoot: string, a: string, b: string): boolean {
  return realpathSync(join(workspaceRoot, a)) === realpathSync(join(workspaceRoot, b));
}
