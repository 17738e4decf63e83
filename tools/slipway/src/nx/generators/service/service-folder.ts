import { dirname } from 'node:path';
import { readJson, type Tree } from '@nx/devkit';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import { SERVICE_FOLDERS } from '../../../services/service-roots.ts';
import type { PluginOptions } from '../../../util/workspace/plugin-options.ts';

/**
 * The folder for a new service, e.g. `apps/NAME`: where the other services are, else where packages of the workspace may
 * be, else the first that is looked at for services.
 */
export function serviceFolder(
  tree: Tree,
  name: string,
  services: Pick<ServiceSpec, 'root'>[],
  { services: globs = SERVICE_FOLDERS }: PluginOptions,
): string {
  const parents = globs.filter((glob) => /^[^*]+\/\*$/.test(glob)).map((glob) => dirname(glob));
  const used = services.map(({ root }) => dirname(root));
  const packages = packageGlobs(tree);
  const parent =
    parents.find((folder) => used.includes(folder)) ??
    parents.find((folder) => packages.includes(`${folder}/*`)) ??
    parents[0] ??
    'apps';
  return `${parent}/${name}`;
}

/** Where the package manager looks for the workspace's own packages. */
export function packageGlobs(tree: Tree): string[] {
  const { workspaces = [] } = readJson<{ workspaces?: string[] | { packages?: string[] } }>(tree, 'package.json');
  const pnpm = tree.read('pnpm-workspace.yaml', 'utf8') ?? '';
  const listed = [...pnpm.matchAll(/^\s*-\s*['"]?([^'"\s]+)/gm)].map(([, glob = '']) => glob);
  return [...(Array.isArray(workspaces) ? workspaces : (workspaces.packages ?? [])), ...listed];
}
