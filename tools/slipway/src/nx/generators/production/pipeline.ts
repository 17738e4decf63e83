import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageManager } from '@nx/devkit';

export type Ci = 'github' | 'gitlab';

const FILES = {
  github: { template: 'github-actions.yml', path: '.github/workflows/deploy.yml' },
  gitlab: { template: 'gitlab-ci.yml', path: '.gitlab-ci.yml' },
};
/** The lockfile, and what installs by it on a machine that has only Node.js. */
const INSTALL: Record<Exclude<PackageManager, 'npm'>, { lockfile: string; command: string }> = {
  pnpm: { lockfile: 'pnpm-lock.yaml', command: 'npx --yes pnpm@10 install --frozen-lockfile' },
  yarn: { lockfile: 'yarn.lock', command: 'npx --yes @yarnpkg/cli-dist@4 install --immutable' },
  bun: { lockfile: 'bun.lock', command: 'npx --yes bun install --frozen-lockfile' },
};

/** The pipeline of a host, for a workspace of this package manager. docs/ci has those for npm. */
export function pipeline(ci: Ci, packageManager: PackageManager): { path: string; text: string } {
  const { template, path } = FILES[ci];
  const text = readFileSync(join(import.meta.dirname, 'files', template), 'utf8');
  if (packageManager === 'npm') return { path, text };
  const { lockfile, command } = INSTALL[packageManager];
  return {
    path,
    text: text
      .replaceAll('package-lock.json', lockfile)
      .replaceAll(/npm ci(?: --cache \.npm)?/g, command)
      .replaceAll(', cache: npm', '')
      .replaceAll('.npm, ', ''),
  };
}
