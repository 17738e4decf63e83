import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, messageOf, UserError } from '@slipway/util/errors';
import { explainFullDisk } from '@slipway/util/full-disk';

/** What writing would change or has changed; paths relative to the workspace, sorted. */
export type FileChanges = { written: string[]; deleted: string[] };

/** Mode of a file that holds secrets: its owner alone may read it. */
export const PRIVATE = 0o600;

/**
 * Compares `files` (path → text) with the disk. Files below `owned`, a folder or a glob of some, that are not among them
 * count as deleted: these are generated whole.
 */
export async function compareFiles(root: string, files: Map<string, string>, owned: string): Promise<FileChanges> {
  const written: string[] = [];
  for (const [path, text] of files) {
    if ((await textOf(join(root, path))) !== text) written.push(path);
  }
  const present = globSync(`${owned}/**/*`, { cwd: root, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return { written: written.sort(), deleted: present.filter((path) => !files.has(path)).sort() };
}

/** Makes the disk equal to `files`; every file is replaced whole, so an interruption leaves old or new, never half. */
export async function writeFiles(
  root: string,
  files: Map<string, string>,
  owned: string,
  mode = 0o644,
): Promise<FileChanges> {
  const changes = await compareFiles(root, files, owned);
  const written = [...files].filter(([path]) => changes.written.includes(path));
  for (const [path, text] of written) await replaceFile(join(root, path), text, mode);
  for (const path of changes.deleted) await rm(join(root, path));
  if (mode === PRIVATE) for (const path of files.keys()) await makePrivate(join(root, path));
  return changes;
}

/**
 * Replaces `path` in one step: a kill or a full disk leaves what was there. A symbolic link is replaced and not followed.
 * `mode`: PRIVATE for what is secret. `scratch`: folder of the unfinished file, on the same disk; by default beside `path`.
 * Throws with the path and the reason.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
  scratch = dirname(path),
): Promise<void> {
  const unfinished = join(scratch, `${basename(path)}.${randomUUID()}.tmp`);
  try {
    for (const folder of [dirname(path), scratch]) await mkdir(folder, { recursive: true });
    await writeFile(unfinished, content, { mode, flag: 'wx', flush: mode === PRIVATE });
    await rename(unfinished, path);
  } catch (error) {
    const explained = await explainFullDisk(error, { file: path, bytes: Buffer.byteLength(content) });
    if (explained !== error) throw explained;
    const [message, code] = [messageOf(error), codeOf(error)];
    if (code === undefined) throw error;
    // Node appends the paths; the user knows only one of them.
    const reason = message.split(',')[0];
    throw new UserError(`cannot be written, and what was there stays: ${reason}`, { file: path, cause: error });
  } finally {
    await rm(unfinished, { force: true }).catch(ignoreMissing);
  }
}

/** Takes the rights of others away from a file; does nothing to one that is not there, or a link. */
export async function makePrivate(path: string): Promise<void> {
  const status = await lstat(path).catch(ignoreMissing);
  if (status?.isFile() === true && (status.mode & 0o077) !== 0) await chmod(path, PRIVATE);
}

/** Undefined for what is no file: a link is to be replaced, whatever it leads to. */
async function textOf(path: string): Promise<string | undefined> {
  const status = await lstat(path).catch(ignoreMissing);
  return status?.isFile() === true ? readFile(path, 'utf8') : undefined;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
