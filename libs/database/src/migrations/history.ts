import type { AppliedMigration } from '@slipway/migrations';
import type pg from 'pg';
import { checksumsTable, migrationsSchema, migrationsTable } from './tables.ts';

/** What the database has, and where checksums are recorded: the quoted name of the table. */
export type History = { applied: AppliedMigration[]; checksums: string };

/** Reads the history of a database, and makes the table of checksums where there is none. Needs the lock. */
export async function readHistory(client: pg.Client): Promise<History> {
  const checksums = await checksumsName(client);
  await client.query(
    `create table if not exists ${checksums} (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  );
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    `${migrationsSchema}.${migrationsTable}`,
  ]);
  if (!rows[0]?.exists) return { applied: [], checksums };
  const applied = await client.query<{ name: string; checksum: string | null; applied_at: Date | null }>(
    `select m.name, max(c.checksum) as checksum, max(c.applied_at) as applied_at
     from ${migrationsSchema}.${migrationsTable} m left join ${checksums} c on c.name = m.name group by m.name`,
  );
  return {
    checksums,
    applied: applied.rows.map(({ name, checksum, applied_at }) => ({
      name,
      checksum: checksum ?? undefined,
      ...(applied_at === null ? {} : { appliedAt: applied_at }),
    })),
  };
}

/** Earlier versions made it in the first schema of the login's search path, which need not be public. */
async function checksumsName(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.oid = coalesce(to_regclass($1), to_regclass($2))`,
    [`${migrationsSchema}.${checksumsTable}`, checksumsTable],
  );
  return rows[0]?.name ?? `${migrationsSchema}.${checksumsTable}`;
}
