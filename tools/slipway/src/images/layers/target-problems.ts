/** What keeps the output of a build target from running in an image. */
import { existsSync, globSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_FILE } from '../../services/service-roots.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LinkedPackage } from './linked-packages.ts';

export function unlinked(paths: string[], linked: LinkedPackage[]): Problem[] {
  return paths
    .filter((path) => !linked.some(({ folder }) => path.startsWith(`${folder}/`)))
    .map((path) => ({
      file: path,
      message: 'is loaded by the build and lies outside of its output',
      hint: 'let the target copy or bundle it, or import it as a package of the workspace',
    }));
}

/** Names of the workspace's own packages that lead to nothing. */
export function unbuilt(workspaceRoot: string, root: string, missing: Set<string>): Problem[] {
  return [...missing]
    .filter((name) =>
      [`${root}/node_modules/${name}`, `node_modules/${name}`].some(
        (path) =>
          existsSync(join(workspaceRoot, path, 'package.json')) &&
          !realpathSync(join(workspaceRoot, path)).includes('/node_modules/'),
      ),
    )
    .map((name) => ({
      file: `${root}/${SERVICE_FILE}`,
      key: 'build.target',
      message: `${name} is loaded, and what its package.json exports is not there`,
      hint: `build it first: dependsOn: ["^build"] of the target`,
    }));
}

export function pnpmProblems(root: string, folders: string[]): Problem[] {
  if (!folders.some((folder) => folder.includes('/.pnpm/'))) return [];
  const message = "takes packages from pnpm's store, whose links an image of a build target does not keep yet";
  return [
    {
      file: `${root}/${SERVICE_FILE}`,
      key: 'build.target',
      message,
      hint: 'nodeLinker: hoisted in pnpm-workspace.yaml, or let the target bundle them, or build: { dockerfile: Dockerfile }',
    },
  ];
}

export function missingEntry(
  workspaceRoot: string,
  root: string,
  { target, entry }: { target: string; entry: string },
): Problem {
  const found = globSync([`${root}/{dist,build,out}/**/*.{js,cjs,mjs}`, `{dist,build,out}/${root}/**/*.{js,cjs,mjs}`], {
    cwd: workspaceRoot,
  })
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .slice(0, 5);
  const hint =
    found.length === 0
      ? 'name a file that it writes'
      : `there are: ${found.join(', ')}; begin with {workspaceRoot}/ outside of ${root}`;
  return {
    file: `${root}/${SERVICE_FILE}`,
    key: 'build.entry',
    message: `${entry} is not there, though target "${target}" has run`,
    hint,
  };
}
