import type { MigrationProblem } from './migration-problem.ts';

export type DescribeOptions = {
  /** What a developer types to begin this very database anew; absent where that cannot be. */
  reset?: string;
  /** Folder of the files for commands to paste, e.g. `apps/order/migrations`. */
  folder?: string;
};

const NAME_RULE = 'four digits, _, then a-z, 0-9, _ or -, and .sql: 0002_add_index.sql';
const NO_TRANSACTION = 'begins with "-- slipway: no-transaction"';

/** The problem and what to do about it, in words. */
export function describeProblem(
  problem: MigrationProblem,
  { reset, folder }: DescribeOptions,
): { message: string; hint: string } {
  const path = folder === undefined ? problem.file : `${folder}/${problem.file}`;
  const rewrite = (command: string) => `${command} > ${path}.new && mv ${path}.new ${path}`;
  const anew = reset === undefined ? '' : `; where the data may go: ${reset}`;
  const says = (message: string, hint: string) => ({ message, hint });
  switch (problem.code) {
    case 'bad-name':
      return says(
        'is no name for a migration',
        problem.suggestion === undefined ? NAME_RULE : `rename it to ${problem.suggestion} (${NAME_RULE})`,
      );
    case 'not-a-migration':
      return says('is no migration: its name does not end in .sql', 'move it out of the folder of migrations');
    case 'folder':
      return says('is a folder, which nothing looks into', 'move its migrations up and it out of the way');
    case 'symbolic-link':
      return says(
        'is a symbolic link: what it leads to can change after it was applied',
        `put a copy in its place: ${rewrite(`cat ${path}`)}`,
      );
    case 'not-a-file':
      return says('is no regular file', 'move it out of the folder of migrations');
    case 'same-number':
      return says(
        `has the same number as ${problem.other}`,
        `rename the one of the two that no database has yet; for this one ${problem.suggestion} is free`,
      );
    case 'gap':
      return says(
        `has number ${digits(problem.number)} in place ${problem.expected}: there is no ${digits(problem.expected)}`,
        `put the missing file back; if there never was one, rename this to ${problem.suggestion}`,
      );
    case 'not-utf8':
      return says(
        'is not UTF-8: its characters would be stored as others',
        `save it as UTF-8. If it is in ${problem.guess}: ${rewrite(`iconv -f ${problem.guess} -t UTF-8 ${path}`)}`,
      );
    case 'byte-order-mark':
      return says('begins with a byte order mark', `save it as UTF-8 without one: ${rewrite(`tail -c +4 ${path}`)}`);
    case 'nul-character':
      return says('holds a NUL character, which Postgres takes for the end', 'remove the character');
    case 'transaction-control':
      return says(
        `"${problem.statement}" has no place in it: each file runs in a transaction of its own`,
        `delete the statement; a file that cannot run in a transaction ${NO_TRANSACTION}`,
      );
    case 'cannot-run-in-transaction':
      return says(
        `"${problem.statement}" cannot run in a transaction, and each file runs in one`,
        `give it a file of its own that ${NO_TRANSACTION}`,
      );
    case 'copy-from-stdin':
      return says(
        `"${problem.statement}" reads rows from psql's input, which a migration has not`,
        'write the rows as insert into … values (…), (…)',
      );
    case 'psql-command':
      return says(`"${problem.command}" is a command of psql, and no SQL`, psqlHint(problem.command));
    case 'search-path':
      return says(
        `"${problem.statement}" hides the tables of schema public from all that follows`,
        problem.isWithoutTransaction
          ? 'delete it and write names with their schema: public.orders'
          : 'delete it and write names with their schema (public.orders), or write set local search_path = …',
      );
    case 'edited':
      return says(
        `was edited after it was applied${problem.appliedAt === undefined ? '' : ` (${problem.appliedAt.toISOString()})`}: the database is not what the file says`,
        `take the edit back (git log -p -- ${path}) and write a new migration${anew}`,
      );
    case 'renamed':
      return says(
        `has the checksum of ${problem.applied}, which is applied: it was renamed, and would run a second time`,
        problem.successor === undefined
          ? `rename it back to ${problem.applied}.sql`
          : `rename it back to ${problem.applied}.sql, and ${problem.successor} to another number if the database lacks that${anew}; to keep both, see "A migration was renamed" in docs/runbook.md`,
      );
    case 'missing':
      return says(
        `the database has ${problem.applied}, which this checkout lacks`,
        problem.suggestion === undefined
          ? `check out or merge the branch that has ${problem.applied}.sql${anew}`
          : `merge the branch that has ${problem.applied}.sql and rename this to ${problem.suggestion}${anew}`,
      );
    case 'unknown-entry':
      return says(
        `the database has "${problem.applied}", which is no name for a migration of slipway`,
        `something else has written public.schema_migrations${anew}`,
      );
    case 'late':
      return says(
        `${problem.after} was applied before it, and has a higher number`,
        `rename it to ${problem.suggestion}, the next free number`,
      );
  }
}

function psqlHint(command: string): string {
  if (/^\\i/.test(command)) return 'put the text of that file here';
  if (/^\\copy\b/.test(command)) return 'write the rows as insert into … values (…), (…)';
  if (/^\\(set|gset|if|elif|else|endif)\b/.test(command)) return 'write the value itself, or a do $$ … $$ block';
  if (/^\\g/.test(command)) return 'end the statement with a semicolon; for \\gexec write a do $$ … execute … $$ block';
  return 'delete the line';
}

function digits(number: number): string {
  return String(number).padStart(4, '0');
}
