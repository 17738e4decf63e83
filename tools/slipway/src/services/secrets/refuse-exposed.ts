import { existsSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { gitExposure } from '../../util/files/git-exposure.ts';

/**
 * Refuses to write people's data where git would take it: to `files`, absolute and in one folder, which the user calls
 * `named`. Throws UserError with the line for .gitignore.
 */
export async function refuseExposed(files: string[], named: string): Promise<void> {
  const { untracked = [], tracked = [] } = (await gitExposure(existingFolder(dirname(files[0] ?? named)), files)) ?? {};
  if (untracked.length + tracked.length === 0) return;
  const line = `*${extname(named) || basename(named)}`;
  throw new UserError(`git would stage ${named}, which is to hold people's data`, {
    hint: `name a file outside of the repository, or add the line ${line} to .gitignore: printf '%s\\n' '' '${line}' >> .gitignore`,
  });
}

function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(dirname(folder));
}
