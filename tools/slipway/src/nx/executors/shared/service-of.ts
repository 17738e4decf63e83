import { basename } from 'node:path';

/** What executors are told of the workspace's projects; some callers know of none. */
export type ProjectContext = {
  projectName?: string;
  projectsConfigurations?: { projects: Record<string, { root: string }> };
};

/** A service is known by its folder: the project may have another name, e.g. `@acme/order`. */
export function serviceOf({ projectName = '', projectsConfigurations }: ProjectContext, project = projectName): string {
  const root = projectsConfigurations?.projects[project]?.root;
  return root === undefined ? project : basename(root);
}
