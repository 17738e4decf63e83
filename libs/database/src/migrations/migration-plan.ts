import type pg from 'pg';
import { MigrationError } from './migration-error.ts';
import { readMigrations, type MigrationFile } from './migration-files.ts';
import { checksumsTable, migrationsTable } from './tables.ts';

/** The files of this build and which of them the database lacks. Refuses edited and out-of-order files. Needs the lock. */
export async function migrationPlan(
  client: pg.Client,
  folder: string,
): Promise<{ files: MigrationFile[]; pending: MigrationFile[] }> {
  const files = await readMigrations(folder);
  await client.query(
    `create table if not exists ${checksumsTable} (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  );
  const applied = await appliedNames(client);
  const checksums = await client.query<{ name: string; checksum: string; applied_at: Date }>(
    `select name, checksum, applied_at from ${checksumsTable}`,
  );
  const recorded = new Map(checksums.rows.map((row) => [row.name, row]));
  for (const file of files) {
    const row = recorded.get(file.name);
    if (!applied.has(file.name) || row === undefined || row.checksum === file.checksum) continue;
    throw new MigrationError(
      file.fileName,
      `it was edited after it was applied (${row.applied_at.toISOString()}), so the database is not what the file says. Restore the file as it was and put the change into a new migration`,
    );
  }
  const pending = files.filter((file) => !applied.has(file.name));
  const lastApplied = files.findLast((file) => applied.has(file.name));
  const late = pending.find((file) => lastApplied !== undefined && file.name < lastApplied.name);
  if (late !== undefined && lastApplied !== undefined) {
    throw new MigrationError(
      late.fileName,
      `${lastApplied.fileName} was applied before it: give it the next free number`,
    );
  }
  return { files, pending };
}

async function appliedNames(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    migrationsTable,
  ]);
  if (!rows[0]?.exists) return new Set();
  const applied = await client.query<{ name: string }>(`select name from ${migrationsTable}`);
  return new Set(applied.rows.map(({ name }) => name));
}
