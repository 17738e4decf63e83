import type { Queryable } from '../database.ts';
import { migrationNames } from './migration-files.ts';
import { migrationsTable } from './tables.ts';

/**
 * Returns a check for the readiness probe: the migrations of `folder` that the database lacks. Newer ones in the
 * database are none of its business: old pods keep serving while a new release migrates.
 */
export function pendingMigrations(folder: string): (database: Queryable) => Promise<string[]> {
  let shipped: Promise<string[]> | undefined;
  return async (database) => {
    shipped ??= migrationNames(folder);
    const names = await shipped;
    const [table] = await database.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
      migrationsTable,
    ]);
    if (!table?.exists) return names;
    const applied = await database.query<{ name: string }>(`select name from ${migrationsTable} where name = any($1)`, [
      names,
    ]);
    const appliedNames = new Set(applied.map(({ name }) => name));
    return names.filter((name) => !appliedNames.has(name));
  };
}
