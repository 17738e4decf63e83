import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from './git.ts';

const NX_IGNORE = '.nxignore';

/** Those of `paths`, relative to the workspace, whose changes Nx does not see: it leaves ignored files out, also tracked ones. */
export async function hiddenFromNx(workspaceRoot: string, paths: string[]): Promise<string[]> {
  const rules = existsSync(join(workspaceRoot, NX_IGNORE)) ? ['-c', `core.excludesFile=${NX_IGNORE}`] : [];
  const command = [...rules, 'check-ignore', '--no-index', '-z', '--stdin'];
  return (await askGit(workspaceRoot, command, paths.map((path) => `${path}\0`).join(''))) ?? [];
}
