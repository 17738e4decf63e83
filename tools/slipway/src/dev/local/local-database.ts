import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import {
  acceptsPassword,
  EmbeddedPostgresError,
  initDatabase,
  isDataFolder,
  type RunningPostgres,
  setPassword,
  startPostgres,
} from '@slipway/embedded-postgres';
import { UserError } from '@slipway/util/errors';
import { scramVerifier } from '../../deploy/database/scram-verifier.ts';
import { stackOption } from './local-data-dir.ts';
import type { LocalDatabase, LocalService } from './local-service.ts';
import { portHolder } from './port-holder.ts';

type StartOptions = {
  workspaceRoot: string;
  throwaway: boolean;
  stack: string | undefined;
  say: (text: string) => void;
};

/**
 * Makes the service's database if it has none yet, and starts it. One that knows another password than the service is
 * given the service's. Throws UserError with a hint for what its reader can solve.
 */
export async function startLocalDatabase(
  service: LocalService,
  { workspaceRoot, throwaway, stack, say }: StartOptions,
): Promise<RunningPostgres> {
  const { database, name } = service;
  if (database === undefined) throw new Error(`${name} has no database here`);
  const { dir, port, user, password } = database;
  const start = () =>
    startPostgres({ dir, port, ...(throwaway ? { settings: { fsync: 'off', full_page_writes: 'off' } } : {}) });
  try {
    await removeScratch(dir);
    const isOld = await isDataFolder(dir);
    await initDatabase(dir, { user, password, sync: !throwaway });
    const running = await start();
    if (!isOld || (await knowsPassword(running, database))) return running;
    await running.stop();
    await setPassword(dir, { user, verifier: scramVerifier(password) });
    say(`${name}'s database was given the password of ${service.secretsFile}: the one that it knew is lost`);
    return await start();
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError)) throw error;
    throw await explain(error, service, { folder: relative(workspaceRoot, dir) || dir, port, stack });
  }
}

async function knowsPassword(running: RunningPostgres, { port, user, password }: LocalDatabase): Promise<boolean> {
  return acceptsPassword({ port, user, password }).catch(async (error: unknown) => {
    await running.stop();
    throw error;
  });
}

/** What a run left behind that was killed while it made the database. Nobody else makes one here: see claim-services.ts. */
async function removeScratch(dir: string): Promise<void> {
  const parent = dirname(dir);
  const names = await readdir(parent).catch(() => []);
  const scratch = names.filter((name) => name.startsWith(`.${basename(dir)}-init-`));
  await Promise.all(scratch.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

async function explain(
  error: EmbeddedPostgresError,
  { name, root }: LocalService,
  { folder, port, stack }: { folder: string; port: number; stack: string | undefined },
): Promise<UserError> {
  switch (error.code) {
    case 'no-binaries':
      return new UserError(error.message, { hint: `or set DATABASE_URL in ${root}/.env to a Postgres of your own` });
    case 'port-in-use': {
      const holder = (await portHolder(port)) ?? 'another program';
      return new UserError(`${name}'s database needs port ${port}, taken by ${holder}`, {
        hint: `stop that, or set another port in DATABASE_URL in ${root}/.env`,
      });
    }
    case 'already-running':
      return new UserError(error.message, { hint: 'then start again' });
    case 'wrong-folder':
    case 'init-failed':
    case 'start-failed':
      return new UserError(`${name}'s database in ${folder} does not start: ${reason(error)}`, {
        hint: `to delete its data and start over: npx nx run ${name}:reset --local${stackOption(stack)}`,
      });
  }
}

/** Postgres tells the reason last, after lines about its own version and settings. */
function reason({ code, message }: EmbeddedPostgresError): string {
  if (code === 'wrong-folder') return message.replace(/^.*cannot be used: /, '').replace(/\. Move it away.*$/, '');
  const telling = message.split('\n').filter((line) => /FATAL|PANIC|ERROR|could not|cannot|DETAIL/.test(line));
  const lines = telling.length > 0 ? telling : message.split('\n');
  return lines
    .slice(-3)
    .map((line) => line.replace(/^.*?\[\d+\] /, '').trim())
    .join(' ');
}
