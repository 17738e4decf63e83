import { CommandError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';

/** Whatever belongs to a repository may be asked, also one of another owner: nothing of it is run. */
export const GIT = ['git', '-c', 'safe.directory=*'] as const;

/** In a hook git's variables name the repository of the hook, which need not be that of `folder`. */
export function gitEnvironment(): Record<string, string | undefined> {
  const ofGit = Object.keys(process.env).filter((name) => name.startsWith('GIT_'));
  return { LC_ALL: 'C', ...Object.fromEntries(ofGit.map((name) => [name, undefined])) };
}

/** The paths that git answers, which are asked for with `-z`; undefined where there is no git or no work tree. */
export async function askGit(folder: string, args: string[], input = ''): Promise<string[] | undefined> {
  try {
    const answer = await exec([...GIT, '-C', folder, ...args], { env: gitEnvironment(), input });
    return answer.split('\0').filter((path) => path !== '');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Exit code 1: none is ignored.
    if (error.code === 1) return [];
    if (error.code === 'ENOENT' || /not a git repository|must be run in a work tree/.test(error.output))
      return undefined;
    throw error;
  }
}
