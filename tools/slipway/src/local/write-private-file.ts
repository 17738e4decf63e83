import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces `path` in one step by a file that only its owner can read. */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const scratch = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(scratch, content, { mode: 0o600, flush: true });
    await rename(scratch, path);
  } finally {
    await rm(scratch, { force: true });
  }
}
