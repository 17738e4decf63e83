import type { Migration } from '@slipway/migrations';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import { explainFailure, invalidIndexError } from './explain-failure.ts';
import { invalidIndexes, leftBy } from './invalid-indexes.ts';
import { MigrationError } from './migration-error.ts';
import { sqlLoader } from './sql-loader.ts';
import { StatementTrace } from './statement-trace.ts';
import { migrationsSchema, migrationsTable } from './tables.ts';

/** What one file sets ends with it. Escapes in plain strings are off: so the file was split into statements. */
const freshSession =
  'reset session authorization; reset role; reset all; discard temp; set standard_conforming_strings = on';

/** Applies and records one migration. `checksums`: the table of these. Throws MigrationError. Needs the lock. */
export async function applyMigration(
  client: pg.Client,
  folder: string,
  migration: Migration,
  checksums: string,
): Promise<void> {
  await client.query(freshSession);
  const before = await invalidIndexes(client);
  const left = async () => leftBy(migration, before, await invalidIndexes(client));
  const beforeRecord = async () => {
    if (migration.isWithoutTransaction && client.getTransactionStatus() !== 'I') {
      throw new MigrationError(migration.fileName, 'leaves a transaction open\n  → end it with "commit;"');
    }
    const invalid = await left();
    if (invalid.length > 0) throw invalidIndexError(migration, invalid);
  };
  // Names and checksums are of a closed alphabet: nothing to escape.
  const record = `insert into ${checksums} (name, checksum) values ('${migration.name}', '${migration.checksum}') on conflict (name) do update set checksum = excluded.checksum, applied_at = now()`;
  const trace = new StatementTrace(client, migration, record, beforeRecord);
  try {
    await runner({
      dbClient: trace.client,
      dir: folder,
      ignorePattern: `(?!${migration.name}\\.sql$).*`,
      direction: 'up',
      file: migration.name,
      migrationsSchema,
      migrationsTable,
      // We hold the lock; the history was compared, with clearer messages.
      noLock: true,
      checkOrder: false,
      singleTransaction: false,
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: sqlLoader(migration, record) }],
      logger: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} },
    });
  } catch (error) {
    const canAsk = migration.isWithoutTransaction && client.getTransactionStatus() === 'I';
    throw explainFailure(error, migration, trace.step, canAsk ? await left().catch(() => []) : []);
  }
}
