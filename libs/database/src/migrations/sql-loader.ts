import { basename } from 'node:path';
import type { MigrationFile } from './migration-files.ts';
import { MigrationError } from './migration-error.ts';
import { splitStatements, type SqlStatement } from './split-statements.ts';
import { checksumsTable } from './tables.ts';

type Unit = { id: string; filePaths: string[]; actions: { up: (builder: Builder) => void; down: false } };
type Builder = { sql(statement: string): void; noTransaction(): unknown };

/** A migration that waits for a lock makes every later query wait behind it: better to fail and come again. */
const lockTimeout = "set local lock_timeout = '30s'";

/** Loads `.sql` files for node-pg-migrate one statement per step, with the checksum as the last step. */
export function sqlLoader(files: MigrationFile[]): (paths: string[]) => Promise<Unit[]> {
  const byFileName = new Map(files.map((file) => [file.fileName, file]));
  return async (paths) =>
    paths.flatMap((path) => {
      const file = byFileName.get(basename(path));
      return file === undefined
        ? []
        : [{ id: path, filePaths: [path], actions: { up: (builder: Builder) => build(builder, file), down: false } }];
    });
}

export function isWithoutTransaction(file: MigrationFile): boolean {
  return /^-- slipway: no-transaction\s*$/m.test(file.sql);
}

export function migrationStatements(file: MigrationFile): SqlStatement[] {
  const statements = splitStatements(file.sql);
  if (isWithoutTransaction(file)) return statements;
  const control = statements.find(({ text }) =>
    /^(begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b/i.test(text),
  );
  if (control === undefined) return statements;
  throw new MigrationError(
    file.fileName,
    `line ${control.line}: each file runs in a transaction of its own, so "${control.text}" has no place in it. Files that cannot run in one begin with "-- slipway: no-transaction"`,
  );
}

function build(builder: Builder, file: MigrationFile): void {
  if (isWithoutTransaction(file)) builder.noTransaction();
  else builder.sql(lockTimeout);
  for (const { text } of migrationStatements(file)) builder.sql(text);
  // Names and checksums are of a closed alphabet: nothing to escape.
  builder.sql(
    `insert into ${checksumsTable} (name, checksum) values ('${file.name}', '${file.checksum}') on conflict (name) do update set checksum = excluded.checksum, applied_at = now()`,
  );
}
