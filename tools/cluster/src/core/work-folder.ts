import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './paths.ts';

const parent = join(cacheDir, 'work');

/** Everything half-made lives here, on the cache's own file system: results are renamed or hard-linked out of it. */
export async function inWorkFolder<T>(purpose: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `${purpose}-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a killed run has left. Only under the lock: nobody else is at work then. */
export async function sweepWorkFolders(): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) await rm(join(parent, name), { recursive: true, force: true });
}
