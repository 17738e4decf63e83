import { isSameText } from './checksum.ts';
import { migrationNumber, renumbered } from './migration-name.ts';
import type { MigrationProblem } from './migration-problem.ts';
import type { Migration, MigrationsFolder } from './read-migrations.ts';

/** A migration that a database has. `checksum`: of its text, where that was recorded. */
export type AppliedMigration = { name: string; checksum: string | undefined; appliedAt?: Date };

/**
 * Compares a folder with what a database has. `pending`: what is to be applied, in order, once there are no problems.
 * Entries of the database that are newer than every file are none: a newer release has migrated it.
 */
export function compareHistory(
  folder: MigrationsFolder,
  applied: AppliedMigration[],
): { pending: Migration[]; problems: MigrationProblem[] } {
  const { migrations } = folder;
  const pending = migrations.filter(({ name }) => !applied.some((entry) => entry.name === name));
  const lacking = applied.filter(({ name }) => !expectedNames(folder).has(name));
  const nextFree = counter(newestNumber([...folder.names, ...applied.map(({ name }) => name)]) + 1);

  const renamed = lacking.flatMap((entry) => {
    const file = pending.find(({ sql }) => entry.checksum !== undefined && isSameText(sql, entry.checksum));
    return file === undefined ? [] : [{ entry, file }];
  });
  const lost = lacking.filter((entry) => !renamed.some((other) => other.entry === entry));
  const strange = lost.filter(({ name }) => migrationNumber(name) === undefined);
  const missing = lost
    .filter(({ name }) => (migrationNumber(name) ?? Infinity) <= newestNumber(folder.names))
    .map((entry) => {
      const clash = pending.find(({ number }) => number === migrationNumber(entry.name));
      return { entry, clash: renamed.some(({ file }) => file === clash) ? undefined : clash };
    });
  const explained = [...renamed.map(({ file }) => file), ...missing.map(({ clash }) => clash)];

  const problems: MigrationProblem[] = [
    ...editedFiles(migrations, applied),
    ...renamed.map(({ entry, file }): MigrationProblem => {
      const holder = migrations.find(({ number }) => number === migrationNumber(entry.name));
      const successor = holder === file ? undefined : holder?.fileName;
      return { code: 'renamed', file: file.fileName, applied: entry.name, successor };
    }),
    ...strange.map(({ name }): MigrationProblem => ({ code: 'unknown-entry', file: `${name}.sql`, applied: name })),
    ...missing.map(({ entry: { name }, clash }): MigrationProblem => {
      const suggestion = clash && `${renumbered(clash.name, nextFree())}.sql`;
      return { code: 'missing', file: clash?.fileName ?? `${name}.sql`, applied: name, suggestion };
    }),
    ...pending.flatMap((migration): MigrationProblem[] => {
      const after = applied.find(({ name }) => (migrationNumber(name) ?? 0) > migration.number);
      if (after === undefined || explained.includes(migration)) return [];
      const suggestion = `${renumbered(migration.name, nextFree())}.sql`;
      return [{ code: 'late', file: migration.fileName, after: after.name, suggestion }];
    }),
  ];
  return { pending, problems };
}

/** Names in the folder; a file under a wrong name has its problem already, and stands for the right one. */
function expectedNames({ names, problems }: MigrationsFolder): Set<string> {
  const meant = problems.flatMap((problem) => (problem.code === 'bad-name' ? [problem.suggestion ?? ''] : []));
  return new Set([...names, ...meant.map((fileName) => fileName.replace(/\.sql$/, ''))]);
}

function editedFiles(migrations: Migration[], applied: AppliedMigration[]): MigrationProblem[] {
  return migrations.flatMap(({ name, fileName, sql }): MigrationProblem[] => {
    const entry = applied.find((other) => other.name === name);
    if (entry?.checksum === undefined || isSameText(sql, entry.checksum)) return [];
    return [{ code: 'edited', file: fileName, appliedAt: entry.appliedAt }];
  });
}

function newestNumber(names: string[]): number {
  return Math.max(0, ...names.map((name) => migrationNumber(name) ?? 0));
}

function counter(first: number): () => number {
  let next = first;
  return () => next++;
}

/** What a database that had `before` has once `migrations` are applied: newer entries stay. File name → checksum. */
export function keptHistory(before: Record<string, string>, migrations: Migration[]): Record<string, string> {
  const newest = newestNumber(migrations.map(({ name }) => name));
  const newer = Object.entries(before).filter(([file]) => (migrationNumber(file.replace(/\.sql$/, '')) ?? 0) > newest);
  return Object.fromEntries([...migrations.map(({ fileName, checksum }) => [fileName, checksum]), ...newer]);
}
