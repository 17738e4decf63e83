import { existsSync, lstatSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { say } from '../../core/steps.ts';
import { which } from '../../core/which.ts';
import { cacheDir } from '../../core/paths.ts';
import { kindBinary, kubectlBinary } from './binaries.ts';

/** Links kubectl and kind into root's PATH where it has none, or a link to older ones of ours; other files are never touched. */
export function linkBinaries(folder = '/usr/local/bin'): void {
  for (const binary of [kubectlBinary, kindBinary]) {
    const name = basename(binary);
    const link = join(folder, name);
    const target = targetOf(link);
    const isOurs = target?.startsWith(join(cacheDir, 'tools') + sep) === true;
    if (target === binary || (!isOurs && which(name))) continue;
    // A dead link: `which` does not find it, and `symlink` would fail on it.
    if (isOurs || (target !== undefined && !existsSync(link))) unlinkSync(link);
    symlinkSync(binary, link);
    say(`${link} → ${binary}`);
  }
}

/** Where a symbolic link leads; undefined of everything else. */
function targetOf(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}
