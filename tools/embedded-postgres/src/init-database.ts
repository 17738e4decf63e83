import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, CommandError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { postgresBinary, postgresMajor } from './postgres-binary.ts';
import { unprivilegedCommand } from './unprivileged-command.ts';

type InitOptions = {
  /** Password of `user` (scram-sha-256); without one, connections from this machine need none. */
  password?: string;
  user?: string;
  /** False for a throwaway folder: does not wait for the disk. */
  sync?: boolean;
};

/**
 * Makes an empty data folder at `dir`, or leaves the one that is there. It is built beside `dir` and renamed, so that an
 * interrupted call leaves nothing that looks finished.
 */
export async function initDatabase(
  dir: string,
  { password, user = 'postgres', sync = true }: InitOptions = {},
): Promise<void> {
  if (await isDataFolder(dir)) return;
  const target = resolve(dir);
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(join(dirname(target), `.${basename(target)}-init-`));
  try {
    const data = join(scratch, 'data');
    const passwordFile = join(scratch, 'password');
    if (password !== undefined) await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await run([
      postgresBinary('initdb'),
      `--pgdata=${data}`,
      `--username=${user}`,
      '--encoding=UTF8',
      '--no-locale',
      ...(password === undefined ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${passwordFile}`]),
      ...(sync ? [] : ['--no-sync']),
    ]);
    await rename(data, target);
  } catch (error) {
    // Another process finished first: its folder is as good as ours.
    if (isTaken(error) && (await isDataFolder(dir))) return;
    throw isTaken(error) ? wrongFolder(dir, 'it is not empty and no Postgres data folder') : error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Whether `dir` is a finished data folder; throws when it belongs to another major version. */
export async function isDataFolder(dir: string): Promise<boolean> {
  const version = await readFile(join(dir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) return false;
  if (version.trim() === postgresMajor) return true;
  throw wrongFolder(dir, `it was made by Postgres ${version.trim()}, this is ${postgresMajor}`);
}

function wrongFolder(dir: string, reason: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'wrong-folder',
    `${dir} cannot be used: ${reason}. Move it away, or delete it and its data`,
  );
}

function isTaken(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR';
}

async function run(command: string[]): Promise<void> {
  await exec(unprivilegedCommand(command)).catch((error: unknown) => {
    throw error instanceof CommandError ? new EmbeddedPostgresError('init-failed', error.message) : error;
  });
}
