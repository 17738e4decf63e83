import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { readPluginOptions } from '../util/workspace/plugin-options.ts';

/** Beside its code a service has one of these. */
export const FRAGMENT = 'k8s/fragment.yaml';
export const SERVICE_FILE = 'slipway.yaml';
/** Where services are looked for, unless nx.json names other folders. */
export const SERVICE_FOLDERS = ['apps/*', 'packages/*', 'services/*'];

/** The folders of the services of the workspace, sorted, e.g. `apps/order`. */
export function serviceRoots(workspaceRoot: string): string[] {
  const { services = SERVICE_FOLDERS } = readPluginOptions(workspaceRoot);
  const find = (file: string) =>
    globSync(
      services.map((folder) => `${folder}/${file}`),
      { cwd: workspaceRoot },
    );
  const fragments = find(FRAGMENT).map((file) => dirname(dirname(file)));
  const files = find(SERVICE_FILE).map((file) => dirname(file));
  return [...new Set([...fragments, ...files])].sort();
}

/** The names of the services of the workspace, also of those that cannot be read. */
export function serviceNames(workspaceRoot: string): string[] {
  return serviceRoots(workspaceRoot).map((root) => basename(root));
}

/** Where a service's objects are changed, relative to the workspace; `deploy` for what is no service's. */
export type FragmentOf = (service: string | undefined) => string;

export function fragmentOf(roots: string[]): FragmentOf {
  return (service) => {
    const root = roots.find((folder) => basename(folder) === service);
    return root === undefined ? 'deploy' : `${root}/${FRAGMENT}`;
  };
}

/** The folders that hold the folders of services, as far as they are there, e.g. `apps`. */
export function serviceParents(workspaceRoot: string): string[] {
  const { services = SERVICE_FOLDERS } = readPluginOptions(workspaceRoot);
  const parents = services.map((folder) => dirname(folder)).filter((folder) => folder !== '.');
  return globSync([...new Set(parents)], { cwd: workspaceRoot }).sort();
}
