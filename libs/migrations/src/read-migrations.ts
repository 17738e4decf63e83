import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksum } from './checksum.ts';
import { decodeSql } from './decode-sql.ts';
import { listMigrations } from './list-migrations.ts';
import { migrationNumber } from './migration-name.ts';
import type { MigrationProblem } from './migration-problem.ts';
import type { SqlStatement } from './split-script.ts';
import { examineStatements, isWithoutTransaction } from './statement-problems.ts';

export type Migration = {
  /** `0002_add_index`: what a database records. */
  name: string;
  fileName: string;
  number: number;
  /** With `\n` as line ends. */
  sql: string;
  checksum: string;
  statements: SqlStatement[];
  isWithoutTransaction: boolean;
};

export type MigrationsFolder = {
  migrations: Migration[];
  /** Names of all that are named like one, also of those that cannot be read. */
  names: string[];
  problems: MigrationProblem[];
};

/**
 * The migrations in `folder` in their order, and everything that is wrong with the folder's files. A file that is no text
 * is among the problems only. Throws when the folder or a file cannot be read.
 */
export function readMigrations(folder: string): MigrationsFolder {
  const { names, problems } = listMigrations(folder);
  const migrations: Migration[] = [];
  for (const name of names) {
    const fileName = `${name}.sql`;
    const decoded = decodeSql(fileName, readFileSync(join(folder, fileName)));
    if ('problem' in decoded) {
      problems.push(decoded.problem);
      continue;
    }
    const sql = decoded.text;
    const examined = examineStatements(fileName, sql);
    problems.push(...examined.problems);
    migrations.push({
      name,
      fileName,
      number: migrationNumber(name)!,
      sql,
      checksum: checksum(sql),
      statements: examined.statements,
      isWithoutTransaction: isWithoutTransaction(sql),
    });
  }
  return { migrations, names, problems };
}
