import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exec } from '@slipway/util/exec';

/**
 * A throw-away copy of the working tree, without what git ignores. Packages from the registry are shared with the
 * original; the workspace's own resolve inside the copy, or a mutant in one of them would never run.
 */
export async function copyWorkspace(root: string, signal: AbortSignal): Promise<string> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-mutants-')));
  const listed = await exec(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    signal,
  });
  for (const file of new Set(listed.split('\0'))) {
    if (file === '' || lstatSync(join(root, file), { throwIfNoEntry: false }) === undefined) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { verbatimSymlinks: true });
  }
  linkPackages(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    // npm links the workspace's packages by relative paths, which mean the copy's own there.
    if (lstatSync(source).isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (name.startsWith('@')) linkPackages(source, target);
    else symlinkSync(source, target);
  }
}
