import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exec } from '@slipway/util/exec';
import { pack, type Tarball } from '../src/pack.ts';

export const repository = join(import.meta.dirname, '../../..');

export type ForeignWorkspace = {
  root: string;
  tarballs: Tarball[];
  env: NodeJS.ProcessEnv;
  /** Command line of Nx there, for programs that a test starts itself. */
  nxCommand: (...args: string[]) => [string, ...string[]];
  nx: (...args: string[]) => Promise<string>;
};

/**
 * A workspace that is none of ours, outside of the repository: slipway's packages lie in its node_modules as the tarballs
 * have them, and the packages of others as files, so that no symbolic link leads back to a source.
 */
export async function makeForeignWorkspace(files: Record<string, string>): Promise<ForeignWorkspace> {
  const root = mkdtempSync(join(tmpdir(), 'foreign-'));
  const tarballs = await pack(repository, join(root, 'tarballs'));
  copyPackages(join(root, 'node_modules'));
  for (const { name, file } of tarballs) {
    const folder = join(root, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    await exec(['tar', '-xzf', file, '-C', folder, '--strip-components=1']);
    copyNested(name, folder);
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  await exec(['git', 'init', '-q'], { cwd: root });
  const env = foreignEnvironment(root);
  const nxCommand = (...args: string[]): [string, ...string[]] => [
    process.execPath,
    join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'),
    ...args,
  ];
  const nx = (...args: string[]) => exec(nxCommand(...args), { cwd: root, env, timeoutMs: 120_000 });
  return { root, tarballs, env, nxCommand, nx };
}

/** Hard links where the file system allows: a copy of half a gigabyte would take longer than the test. */
function copyPackages(destination: string): void {
  const from = join(repository, 'node_modules');
  try {
    execFileSync('cp', ['-al', from, destination], { stdio: 'ignore' });
  } catch {
    rmSync(destination, { recursive: true, force: true });
    cpSync(from, destination, { recursive: true, verbatimSymlinks: true });
  }
  for (const entry of globSync(['*', '@*/*'], { cwd: destination })) {
    if (lstatSync(join(destination, entry)).isSymbolicLink()) rmSync(join(destination, entry));
  }
}

/** Versions of others that npm keeps beside one of our packages. */
function copyNested(name: string, folder: string): void {
  const nested = join(repository, 'node_modules', name, 'node_modules');
  if (!existsSync(nested)) return;
  for (const entry of readdirSync(nested).filter((entry) => !entry.startsWith('.')))
    cpSync(join(nested, entry), join(folder, 'node_modules', entry), { recursive: true });
}

/** Nothing of the Nx and the npm that run this test. */
export function foreignEnvironment(root: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([key]) => !/^(NX_|npm_|SLIPWAY_|NODE_OPTIONS|NODE_TEST|FORCE_COLOR)/.test(key),
  );
  return {
    ...Object.fromEntries(own),
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NO_COLOR: '1',
    KUBECONFIG: join(root, 'no-kubeconfig'),
  };
}
