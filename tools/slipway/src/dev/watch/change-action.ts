import { isSource } from '../local/source-folders.ts';

/** How a change gets into the cluster: into the running pods, by new pods, or not at all. */
export type ChangeAction = { way: 'sync'; paths: string[] } | { way: 'deploy'; because: string } | { way: 'none' };

/** What decides about a service's changes. Paths are relative to the workspace. */
export type WatchedParts = {
  root: string;
  /** Its own folder and those of our packages that it imports. */
  folders: string[];
  /** The sources of what runs; undefined when the last build failed, so that they are unknown. */
  inputs: Set<string> | undefined;
  /** The file by whose edit the service declares something else than when it was deployed. */
  redeclaredIn: string | undefined;
};

/** Files that decide more than the code of the running process. */
const DEPLOYED = /^(migrations\/|k8s\/|package\.json$|src\/migrate\.ts$)/;

export function chooseChangeAction(
  { root, folders, inputs, redeclaredIn }: WatchedParts,
  changed: string[],
): ChangeAction {
  const own = changed.filter((path) => path.startsWith(`${root}/`));
  const deployed =
    own.find((path) => isDeployed(path.slice(root.length + 1))) ??
    changed.find((path) => folders.some((folder) => path === `${folder}/package.json`)) ??
    redeclaredIn;
  if (deployed !== undefined) return { way: 'deploy', because: deployed };
  const paths = changed.filter((path) => inputs?.has(path) ?? isSourceIn(folders, path));
  return paths.length > 0 ? { way: 'sync', paths } : { way: 'none' };
}

/** Whether more than the service's code follows from the file, which is relative to its folder. */
export function isDeployed(pathInFolder: string): boolean {
  return DEPLOYED.test(pathInFolder) && (!pathInFolder.startsWith('migrations/') || isSource(pathInFolder));
}

/** Whether the file is a source of one of these packages. */
export function isSourceIn(folders: string[], path: string): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`) && isSource(path.slice(folder.length + 1)));
}
