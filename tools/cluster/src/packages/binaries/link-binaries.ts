import { lstatSync, symlinkSync, unlinkSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { say } from '../../core/steps.ts';
import { which } from '../../core/which.ts';
import { kindBinary, kubectlBinary } from './binary-paths.ts';

/** Puts kubectl and kind on root's PATH where there are none; what is there already is never touched. */
export function linkTools(folder = '/usr/local/bin'): void {
  for (const binary of [kubectlBinary, kindBinary]) {
    const name = basename(binary);
    if (which(name)) continue;
    const link = join(folder, name);
    if (isDeadLink(link)) unlinkSync(link);
    symlinkSync(binary, link);
    say(`${link} → ${binary}`);
  }
}

// Left by an older version of ours whose cache is gone: `which` does not see it, `symlink` would fail on it.
function isDeadLink(link: string): boolean {
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(link);
}
