import { CommandError } from '@slipway/util/errors';
import { GIT, gitEnvironment } from './git.ts';
import { exec } from '@slipway/util/exec';

/** `189284b0c1d2`, with `-dirty` where tracked files differ from it; undefined without git, a repository or a commit. */
export async function gitCommit(folder: string): Promise<string | undefined> {
  const describe = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  try {
    return (await exec([...GIT, '-C', folder, ...describe], { env: gitEnvironment(), timeoutMs: 10_000 })).trim();
  } catch (error) {
    // What a revision came from is worth knowing, and no reason to stop a deploy.
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
