import type { Migration } from '@slipway/migrations';
import type pg from 'pg';

/** An index that a statement of its own began and could not finish. `qualified`: quoted, with its schema. */
export type InvalidIndex = { id: string; qualified: string; name: string; table: string };

/**
 * Indexes that Postgres keeps up but does not use, and through which a unique one lets duplicates. Not those that are
 * being built by another session, nor those of partitioned tables, which are invalid until their parts are attached.
 */
export async function invalidIndexes(client: pg.ClientBase): Promise<InvalidIndex[]> {
  const { rows } = await client.query<InvalidIndex>(
    `select i.indexrelid::text as id, format('%I.%I', n.nspname, c.relname) as qualified, c.relname as name, t.relname as table
     from pg_catalog.pg_index i
     join pg_catalog.pg_class c on c.oid = i.indexrelid
     join pg_catalog.pg_class t on t.oid = i.indrelid
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where not (i.indisvalid and i.indisready and i.indislive) and c.relkind = 'i' and n.nspname !~ '^pg_'
     and not exists (select from pg_catalog.pg_stat_progress_create_index p
                     where p.relid = i.indrelid and p.datname = pg_catalog.current_database())
     order by 2`,
  );
  return rows;
}

/** Those of `now` that the migration has left: new ones, and such that it names. */
export function leftBy(migration: Migration, before: InvalidIndex[], now: InvalidIndex[]): InvalidIndex[] {
  const words = new Set(migration.sql.toLowerCase().split(/[^a-z0-9_$\u0080-\uffff]+/));
  const isNamed = (name: string) => words.has(name.toLowerCase()) || migration.sql.includes(`"${name}"`);
  return now.filter(
    ({ id, name, table }) =>
      !before.some((other) => other.id === id) ||
      isNamed(name) ||
      // `reindex table concurrently` names no index.
      (migration.isWithoutTransaction && isNamed(table)),
  );
}

/** What to put into the file so that it makes the indexes anew: `if not exists` would keep the invalid ones. */
export function dropHint({ isWithoutTransaction }: Migration, indexes: InvalidIndex[]): string {
  const drop = `drop index${isWithoutTransaction ? ' concurrently' : ''} if exists`;
  const statements = indexes.map(({ qualified }) => `${drop} ${qualified};`).join(' ');
  return `put "${statements}" before the statement that makes ${indexes.length === 1 ? 'it' : 'them'}, and deploy again`;
}
