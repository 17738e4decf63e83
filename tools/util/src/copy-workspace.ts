import { cpSync, existsSync, globSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exec, succeeds } from './exec.ts';

/**
 * A throw-away copy of the working tree, without what git ignores, but with its packages. npm links the workspace's own by
 * relative paths, so in the copy they are the copy's; with a linked node_modules they would be the original's.
 */
export async function copyWorkspace(root: string, signal: AbortSignal): Promise<string> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-copy-')));
  const listing = ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'] as const;
  const files = (await exec(listing, { cwd: root, signal })).split('\0').filter((file) => file !== '');
  for (const file of new Set(files)) {
    // Deleted and not yet committed.
    if (lstatSync(join(root, file), { throwIfNoEntry: false }) === undefined) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { verbatimSymlinks: true });
  }
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  for (const folder of ['.', ...globSync(workspaces, { cwd: root })]) {
    const packages = join(folder, 'node_modules');
    if (existsSync(join(root, packages))) await copyPackages(join(root, packages), join(copy, packages), signal);
  }
  return copy;
}

/** By hard links where both are on one file system: nothing writes to them. */
async function copyPackages(from: string, to: string, signal: AbortSignal): Promise<void> {
  if (await succeeds(['cp', '-a', '-l', from, to], { signal })) return;
  await exec(['rm', '-rf', to], { signal });
  await exec(['cp', '-a', from, to], { signal });
}
