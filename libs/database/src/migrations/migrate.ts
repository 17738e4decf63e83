import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareHistory, readMigrations } from '@slipway/migrations';
import pg from 'pg';
import { DatabaseUnavailable } from '../database-unavailable.ts';
import { isServerAway } from '../sql-state.ts';
import { readHistory } from './history.ts';
import { problemsError } from './migration-error.ts';
import type { MigrateLog } from './migrate-log.ts';
import { takeMigrationLock } from './migration-lock.ts';

export type { MigrateLog };

type MigrateOptions = {
  databaseUrl: string;
  folder: string;
  log: MigrateLog;
  /** What a developer types to begin this database anew; hints name it. */
  reset?: string;
  /** How long to wait for a database that is not there yet, ms. */
  patienceMs?: number;
  /** How long to wait for other replicas that migrate, ms: as long as the longest migration may take. */
  lockPatienceMs?: number;
};

/** Short: a new pod is refused until policies know its address, and each wait is on its way to Ready. */
const retryMs = 100;
const sayEveryMs = 2000;

/**
 * Applies the pending migrations of `folder`. Several replicas may do this at once: one applies, all succeed. Applies
 * nothing when any file has a problem, or the database has a history that the files lack. Throws a MigrationError whose
 * message is the whole report, or DatabaseUnavailable when no database came.
 */
export async function migrate({
  databaseUrl,
  folder,
  log,
  reset,
  patienceMs = 60_000,
  lockPatienceMs = 30 * 60_000,
}: MigrateOptions): Promise<void> {
  const hints = reset === undefined ? {} : { reset };
  const files = readMigrations(folder);
  if (files.problems.length > 0) throw problemsError(files.problems, hints);
  const client = await connect(databaseUrl, log, patienceMs);
  try {
    await takeMigrationLock(client, log, lockPatienceMs);
    const { applied, checksums } = await readHistory(client);
    const { pending, problems } = compareHistory(files, applied);
    if (problems.length > 0) throw problemsError(problems, hints);
    for (const migration of pending) {
      // Most starts of a pod have none pending, and loading what runs them is a fifth of such a start.
      const { applyMigration } = await import('./apply-migration.ts');
      const started = performance.now();
      await applyMigration(client, folder, migration, checksums);
      log.info({ migration: migration.name, ms: Math.round(performance.now() - started) }, 'migration applied');
    }
    log.info({ applied: pending.length, total: files.names.length }, 'the database is up to date');
  } finally {
    // Ends an open transaction and the lock with it.
    await client.end().catch(() => {});
  }
}

async function connect(databaseUrl: string, log: MigrateLog, patienceMs: number): Promise<pg.Client> {
  const deadline = Date.now() + patienceMs;
  let sayAgainAt = 0;
  while (true) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 5000,
      application_name: 'migrate',
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      const reason = (error as Error).message || (error as NodeJS.ErrnoException).code;
      if (!isServerAway(error)) throw new Error(`the database refuses us: ${reason}`, { cause: error });
      if (Date.now() + retryMs > deadline) {
        throw new DatabaseUnavailable(`no database after ${Math.round(patienceMs / 1000)} s: ${reason}`, {
          cause: error,
        });
      }
      if (Date.now() >= sayAgainAt) {
        log.warn({ reason }, 'the database is not there yet, trying again');
        sayAgainAt = Date.now() + sayEveryMs;
      }
      await sleep(retryMs);
    }
  }
}
