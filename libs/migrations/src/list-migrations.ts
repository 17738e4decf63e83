import { type Dirent, readdirSync } from 'node:fs';
import { migrationName, migrationNumber, renumbered, suggestedFileName } from './migration-name.ts';
import type { MigrationProblem } from './migration-problem.ts';

const CLUTTER = /^\.|~$|^#.*#$|\.(swp|swo|tmp|bak|orig)$|^(Thumbs\.db|desktop\.ini)$/i;

/** Whether systems, editors and merges leave a file of that name beside others: never a migration, and no reason to stop. */
export function isIgnoredFile(fileName: string): boolean {
  return CLUTTER.test(fileName);
}

/**
 * The migrations in `folder` by their number, named without `.sql`, and what else is there that should not be. Throws
 * when the folder cannot be read.
 */
export function listMigrations(folder: string): { names: string[]; problems: MigrationProblem[] } {
  const names: string[] = [];
  const problems: MigrationProblem[] = [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !isIgnoredFile(name));
  for (const entry of entries) {
    const name = migrationName(entry.name);
    const problem = entryProblem(entry, name);
    if (problem !== undefined) problems.push(problem);
    else names.push(name!);
  }
  names.sort();
  return { names, problems: [...problems, ...numberProblems(names)] };
}

/** Names of the migrations in `folder`, in their order: what a running service expects its database to have. */
export function migrationNames(folder: string): string[] {
  return listMigrations(folder).names;
}

function entryProblem(entry: Dirent, name: string | undefined): MigrationProblem | undefined {
  const file = printable(entry.name);
  if (entry.isDirectory()) return { code: 'folder', file };
  if (entry.isSymbolicLink()) return { code: 'symbolic-link', file };
  if (!entry.isFile()) return { code: 'not-a-file', file };
  if (name !== undefined) return undefined;
  if (!/\.sql\s*$/i.test(entry.name)) return { code: 'not-a-migration', file };
  return { code: 'bad-name', file, suggestion: suggestedFileName(entry.name) };
}

function numberProblems(names: string[]): MigrationProblem[] {
  const problems: MigrationProblem[] = [];
  let free = Math.max(0, ...names.map((name) => migrationNumber(name)!)) + 1;
  let previous: string | undefined;
  for (const [index, name] of names.entries()) {
    const number = migrationNumber(name)!;
    const last = previous === undefined ? 0 : migrationNumber(previous)!;
    const file = `${name}.sql`;
    if (previous !== undefined && number === last) {
      const suggestion = `${renumbered(name, free++)}.sql`;
      problems.push({ code: 'same-number', file, other: `${previous}.sql`, suggestion });
    } else if (number !== last + 1) {
      const suggestion = `${renumbered(name, last + 1)}.sql`;
      problems.push({ code: 'gap', file, number, expected: last + 1, suggestion });
    }
    previous = number === last ? previous : names[index];
  }
  return problems;
}

/** A file's name may hold anything, also what a terminal obeys. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}
