import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../../util/problems/problem.ts';
import { gitExposure } from '../../util/files/git-exposure.ts';
import { ignoreLine } from './ignore-lines.ts';

/**
 * Why secrets must not be written to `paths` (relative to the workspace): git would take them, or a link leads elsewhere.
 * One process of git for all of them; without git, and outside of a repository, git has nothing against any.
 */
export async function secretFileProblems(workspaceRoot: string, paths: string[]): Promise<Problem[]> {
  const linked = await linkedFolders(workspaceRoot, paths);
  if (linked.length > 0) return linked;
  const { untracked = [], tracked = [] } = (await gitExposure(workspaceRoot, paths)) ?? {};
  return [
    ...[...Map.groupBy(untracked, ignoreLine)].map(([line, [file = '', ...others]]): Problem => {
      const more = others.length === 0 ? '' : ` (and ${others.length} more that the same line covers)`;
      return {
        file,
        message: `is not ignored by git, which would stage the secrets that go into it${more}`,
        hint: `add the line ${line} to .gitignore: ${appendLine(line)}`,
      };
    }),
    ...tracked.map((file): Problem => ({
      file,
      message: 'is tracked by git, which would commit the secrets that go into it',
      hint: `git rm --cached '${file}' && ${appendLine(ignoreLine(file))}; secrets that were pushed have to be changed`,
    })),
  ];
}

/** The empty line ends a last line that has no end. */
function appendLine(line: string): string {
  return `printf '%s\\n' '' '${line}' >> .gitignore`;
}

/** A linked folder may lie where everybody reads, or in another repository. */
async function linkedFolders(workspaceRoot: string, paths: string[]): Promise<Problem[]> {
  const root = await realpath(workspaceRoot);
  const folders = [...new Set(paths.map((path) => existingFolder(workspaceRoot, dirname(path))))];
  const problems = await Promise.all(
    folders.map(async (folder): Promise<Problem[]> => {
      const target = await realpath(join(workspaceRoot, folder));
      if (target === join(root, folder)) return [];
      return [
        {
          file: folder,
          message: `leads to ${target} by a symbolic link: no secret is written through one`,
          hint: 'put a folder in its place',
        },
      ];
    }),
  );
  return problems.flat();
}

function existingFolder(workspaceRoot: string, folder: string): string {
  return folder === '.' || existsSync(join(workspaceRoot, folder))
    ? folder
    : existingFolder(workspaceRoot, dirname(folder));
}
