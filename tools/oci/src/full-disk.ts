import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, UserError } from '@slipway/util/errors';

/**
 * What a full disk or quota did to `file`, which needs `bytes`: Node's own error names neither. Other errors come back as
 * they are.
 */
export async function explainFullDisk(error: unknown, file: string, bytes: number): Promise<unknown> {
  const code = codeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const free = await freeSpace(dirname(file));
  const left = free === undefined ? '' : `, ${megabytes(free)} are free`;
  return new UserError(`there is no space left for it: it needs ${megabytes(bytes)}${left} (${code})`, {
    file,
    hint: 'free space on that disk (df -h); dist/ can be deleted, and is built again',
    cause: error,
  });
}

/** Bytes that are free for us in the folder, or in the nearest one above that exists. */
async function freeSpace(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return dirname(folder) === folder ? undefined : freeSpace(dirname(folder));
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
