import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Of npm, pnpm, Yarn and Bun. */
export const LOCKFILES = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'];

/** The lockfile of the workspace, relative to it; undefined where there is none. */
export function lockfileOf(workspaceRoot: string): string | undefined {
  return LOCKFILES.find((name) => existsSync(join(workspaceRoot, name)));
}
