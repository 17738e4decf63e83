import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { codeOf } from '@slipway/util/errors';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** Major version of the server that the optional packages hold; a data folder belongs to one major. */
export const postgresMajor = '17';

/** Path of one of the server's programs, from the optional package of this platform. */
export function postgresBinary(name: 'initdb' | 'postgres'): string {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName);
  } catch {
    throw new EmbeddedPostgresError(
      'no-binaries',
      `${packageName} is not installed, so there is no Postgres for this machine: run npm install without --omit=optional (platforms: linux and macOS, x64 and arm64)`,
    );
  }
  const root = join(dirname(entry), '..');
  const path = join(root, 'native', 'bin', name);
  if (!existsSync(path)) throw new EmbeddedPostgresError('no-binaries', `${packageName} lacks ${path}: reinstall it`);
  linkLibraries(root);
  return path;
}

/** npm archives hold no symbolic links: the package lists them for its install script, which npm may not have run. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      // Another process was quicker.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
