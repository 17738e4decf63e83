import { lstatSync, symlinkSync, unlinkSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { say } from '../../core/steps.ts';
import { which } from '../../core/which.ts';
import { kindBinary, kubectlBinary } from './binaries.ts';

/** Links kubectl and kind into root's PATH where it has none; existing files are never touched. */
export function linkBinaries(folder = '/usr/local/bin'): void {
  for (const binary of [kubectlBinary, kindBinary]) {
    const name = basename(binary);
    if (which(name)) continue;
    const link = join(folder, name);
    if (isDeadLink(link)) unlinkSync(link);
    symlinkSync(binary, link);
    say(`${link} → ${binary}`);
  }
}

// A link into a cache that is gone: `which` does not find it, and `symlink` would fail on it.
function isDeadLink(link: string): boolean {
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(link);
}
