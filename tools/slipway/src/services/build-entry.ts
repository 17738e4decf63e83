import { posix } from 'node:path';
import type { Problem } from '../util/problems/problem.ts';

const FROM_WORKSPACE = '{workspaceRoot}/';
const OWN_FOLDER = 'let the target write to a folder of its own: entry: dist/main.js';

/** The entry of a build target, relative to the workspace. */
export function entryPath(root: string, { entry }: { entry: string }): string {
  if (entry.startsWith(FROM_WORKSPACE)) return posix.normalize(entry.slice(FROM_WORKSPACE.length));
  return posix.join(root, entry.replace(/^\{projectRoot\}\//, ''));
}

/** What is taken into the image: the first folder below the service's, or the one that the entry lies in. */
export function outputFolder(root: string, path: string): string {
  if (!path.startsWith(`${root}/`)) return posix.dirname(path);
  const [first, ...rest] = path.slice(root.length + 1).split('/');
  return rest.length === 0 ? root : `${root}/${first}`;
}

/** Why an entry cannot be taken: it is no program, or its output is no folder beside the sources. */
export function entryProblems(root: string, entry: string): Omit<Problem, 'file'>[] {
  const key = 'build.entry';
  const path = entryPath(root, { entry });
  if (!/\.[cm]?js$/.test(path))
    return [{ key, message: 'is no JavaScript file in a folder', hint: 'entry: dist/main.js' }];
  if (posix.isAbsolute(entry) || posix.isAbsolute(path) || path.startsWith('../'))
    return [{ key, message: 'lies outside of the workspace', hint: OWN_FOLDER }];
  const output = outputFolder(root, path);
  if (output === '.' || `${root}/`.startsWith(`${output}/`))
    return [{ key, message: `is not in a folder of its own: all of ${output} would be the image`, hint: OWN_FOLDER }];
  if (!entry.startsWith(FROM_WORKSPACE) && posix.relative(root, path).startsWith('../'))
    return [{ key, message: `lies outside of ${root}`, hint: `entry: '${FROM_WORKSPACE}${path}'` }];
  return [];
}
