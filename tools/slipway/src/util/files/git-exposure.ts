import { resolve } from 'node:path';
import { askGit } from './git.ts';

/** Paths that git would stage with the next `git add`, and those that it tracks already. */
export type GitExposure = { untracked: string[]; tracked: string[] };

/**
 * Asks git which of `paths` (relative to `folder`, which exists, or absolute and below it) it does not ignore; undefined
 * without git and outside of a repository. Throws when git cannot tell.
 */
export async function gitExposure(folder: string, paths: string[]): Promise<GitExposure | undefined> {
  const ignored = await askGit(folder, ['check-ignore', '-z', '--stdin'], paths.map((path) => `${path}\0`).join(''));
  if (ignored === undefined) return undefined;
  const exposed = paths.filter((path) => !ignored.includes(path));
  if (exposed.length === 0) return { untracked: [], tracked: [] };
  const known = (await askGit(folder, ['--literal-pathspecs', 'ls-files', '-z', '--', ...exposed])) ?? [];
  const tracked = new Set(known.map((path) => resolve(folder, path)));
  const isTracked = (path: string) => tracked.has(resolve(folder, path));
  return { untracked: exposed.filter((path) => !isTracked(path)), tracked: exposed.filter(isTracked) };
}
