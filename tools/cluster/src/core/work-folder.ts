import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './paths.ts';

const parent = join(cacheDir, 'work');

/** Unfinished work is in here, on the file system of the cache: results are renamed or hard-linked out of it. */
export async function inWorkFolder<T>(purpose: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `${purpose}-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what a killed run has left. Only under the lock: no other run has a work folder then. */
export async function removeWorkFolders(): Promise<void> {
  const names = await readdir(parent).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) await rm(join(parent, name), { recursive: true, force: true });
}
