import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MigrationError } from './migration-error.ts';

export type MigrationFile = { name: string; fileName: string; sql: string; checksum: string };

const fileName = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** Names of the migrations in `folder`, in their order. */
export async function migrationNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const numbers = new Map<string, string>();
  for (const name of names) {
    const number = fileName.exec(name)?.[1];
    if (number === undefined) throw new MigrationError(name, 'its name is not of the form 0001_what_it_does.sql');
    const other = numbers.get(number);
    if (other !== undefined)
      throw new MigrationError(name, `${other} has the same number: give one of them the next free number`);
    numbers.set(number, name);
  }
  return names.map((name) => name.slice(0, -'.sql'.length));
}

export async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = await migrationNames(folder);
  return Promise.all(
    names.map(async (name) => {
      // A checkout with CRLF is the same migration.
      const sql = (await readFile(join(folder, `${name}.sql`), 'utf8')).replaceAll('\r\n', '\n');
      return { name, fileName: `${name}.sql`, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
