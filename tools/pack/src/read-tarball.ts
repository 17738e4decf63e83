import { globSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '@slipway/util/exec';

/** The files of an npm tarball: path without `package/` → content. */
export async function readTarball(file: string): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-tarball-'));
  try {
    await exec(['tar', '-xzf', file, '-C', folder, '--strip-components=1']);
    const paths = globSync('**/*', { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
    return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
  } finally {
    await rm(folder, { recursive: true });
  }
}
