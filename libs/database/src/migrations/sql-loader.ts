import { basename } from 'node:path';
import type { Migration } from '@slipway/migrations';

type Unit = { id: string; filePaths: string[]; actions: { up: (builder: Builder) => void; down: false } };
type Builder = { sql(statement: string): void; noTransaction(): unknown };

/** A migration that waits for a lock makes every later query wait behind it: better to fail and come again. */
const lockTimeout = "set local lock_timeout = '30s'";

/** Loads a migration for node-pg-migrate one statement per step; `record` is the last one. */
export function sqlLoader(migration: Migration, record: string): (paths: string[]) => Promise<Unit[]> {
  const up = (builder: Builder) => {
    if (migration.isWithoutTransaction) builder.noTransaction();
    else builder.sql(lockTimeout);
    for (const { text } of migration.statements) builder.sql(text);
    builder.sql(record);
  };
  return async (paths) =>
    paths
      .filter((path) => basename(path) === migration.fileName)
      .map((path) => ({ id: path, filePaths: [path], actions: { up, down: false } }));
}
