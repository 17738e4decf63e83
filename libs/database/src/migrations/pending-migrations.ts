import { migrationNames } from '@slipway/migrations';
import type { Queryable } from '../database.ts';
import { migrationsSchema, migrationsTable } from './tables.ts';

const table = `${migrationsSchema}.${migrationsTable}`;

/**
 * Returns a check for the readiness probe: the migrations of `folder` that the database lacks. Newer ones in the
 * database are none of its business: old pods keep serving while a new release migrates.
 */
export function pendingMigrations(folder: string): (database: Queryable) => Promise<string[]> {
  let shipped: string[] | undefined;
  return async (database) => {
    const names = (shipped ??= migrationNames(folder));
    const [found] = await database.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [table]);
    if (!found?.exists) return names;
    const applied = await database.query<{ name: string }>(`select name from ${table} where name = any($1)`, [names]);
    const appliedNames = new Set(applied.map(({ name }) => name));
    return names.filter((name) => !appliedNames.has(name));
  };
}
