import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf, UserError } from './errors.ts';

/** What was to be written to `file`, a file or a folder. */
export type WrittenFile = {
  file: string;
  /** What it needs; a function is asked only when the disk is full, and may fail. */
  bytes: number | (() => Promise<number>);
  /** It may need less, as something that is compressed on the way. */
  isUpperBound?: boolean;
  hint?: string;
};

const HINT = 'free space on that disk (df -h); dist/ can be deleted, and is built again';
const INODES_HINT = 'delete files on that disk (df -i); dist/ can be deleted, and is built again';

/**
 * What a full disk or quota did to a file: Node's own error names neither the disk nor what is missing. Other errors come
 * back as they are.
 */
export async function explainFullDisk(
  error: unknown,
  { file, bytes: needed, isUpperBound = false, hint = HINT }: WrittenFile,
): Promise<unknown> {
  const code = codeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const { disk, free, hasInodes } = await diskOf(dirname(resolve(file)));
  const where = `the disk of ${disk} (${code})`;
  if (!hasInodes) {
    return new UserError(`there is no room for another file on ${where}`, { file, hint: INODES_HINT, cause: error });
  }
  // Who was to say it may be gone as well; the disk is full all the same.
  const bytes = typeof needed === 'number' ? needed : await needed().catch(() => undefined);
  const needs = bytes === undefined ? '' : `it needs ${isUpperBound ? 'up to ' : ''}${megabytes(bytes)}, `;
  // More than that may be free: of a quota Node knows nothing, and others write too.
  const missing =
    bytes !== undefined && bytes > free && !isUpperBound ? `, ${megabytes(bytes - free)} are missing` : '';
  const message = `there is no space left on ${where}: ${needs}${megabytes(free)} are free${missing}`;
  return new UserError(message, { file, hint, cause: error });
}

/** Of the folder, or of the nearest one above that exists. `free`: bytes that we may still write. */
async function diskOf(folder: string): Promise<{ disk: string; free: number; hasInodes: boolean }> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(folder);
    // File systems without a table of inodes count none at all.
    return { disk: await mountPoint(folder), free: bavail * bsize, hasInodes: files === 0 || ffree > 0 };
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return diskOf(dirname(folder));
  }
}

/** The highest folder above that is on the same disk. */
async function mountPoint(folder: string): Promise<string> {
  const above = dirname(folder);
  if (above === folder || (await stat(above)).dev !== (await stat(folder)).dev) return folder;
  return mountPoint(above);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
