import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { isServerAway } from '../sql-state.ts';
import { migrationPlan } from './migration-plan.ts';
import { sqlLoader } from './sql-loader.ts';
import { StatementTrace } from './statement-trace.ts';
import { migrationsTable } from './tables.ts';

export type MigrateLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

type MigrateOptions = {
  databaseUrl: string;
  folder: string;
  log: MigrateLog;
  /** How long to wait for a database that is not there yet. */
  patienceMs?: number;
};

/** The lock that node-pg-migrate's own command line takes. */
const lockId = '7241865325823964';
/** Short: a new pod is refused until policies know its address, and each wait is on its way to Ready. */
const retryMs = 100;
const sayEveryMs = 2000;

/**
 * Applies the pending migrations of `folder`. Several replicas may do this at once: one applies, all succeed. Throws a
 * MigrationError whose message is the whole report.
 */
export async function migrate({ databaseUrl, folder, log, patienceMs = 60_000 }: MigrateOptions): Promise<void> {
  const client = await connect(databaseUrl, log, patienceMs);
  try {
    await lock(client, log);
    const plan = await migrationPlan(client, folder);
    for (const file of plan.pending) {
      const started = performance.now();
      const trace = new StatementTrace(client, file);
      try {
        await runner({
          dbClient: trace.client,
          dir: folder,
          direction: 'up',
          file: file.name,
          migrationsTable,
          // We hold the lock; the order was checked with a clearer message.
          noLock: true,
          checkOrder: false,
          singleTransaction: false,
          migrationLoaderStrategies: [{ extensions: ['.sql'], loader: sqlLoader(plan.files) }],
          logger: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} },
        });
      } catch (error) {
        throw trace.explain(error);
      }
      log.info({ migration: file.name, ms: Math.round(performance.now() - started) }, 'migration applied');
    }
    log.info({ applied: plan.pending.length, total: plan.files.length }, 'the database is up to date');
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
        throw new Error(`no database after ${Math.round(patienceMs / 1000)} s: ${reason}`, { cause: error });
      }
      if (Date.now() >= sayAgainAt) {
        log.warn({ reason }, 'the database is not there yet, trying again');
        sayAgainAt = Date.now() + sayEveryMs;
      }
      await sleep(retryMs);
    }
  }
}

/**
 * Takes the lock by polling. A session that blocks in `pg_advisory_lock` holds a snapshot, for which another replica's
 * `create index concurrently` would wait: a deadlock.
 */
async function lock(client: pg.Client, log: MigrateLog): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockId]);
    if (rows[0]?.locked) return;
    if (tries % 50 === 0) log.info({}, 'another replica is migrating, waiting for it');
    await sleep(100 + Math.random() * 100);
  }
}
