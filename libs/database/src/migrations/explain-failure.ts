import type { Migration, SqlStatement } from '@slipway/migrations';
import pg from 'pg';
import { dropHint, type InvalidIndex } from './invalid-indexes.ts';
import { MigrationError } from './migration-error.ts';
import type { Step } from './statement-trace.ts';

const shownCharacters = 4000;

/** Says what failed, where, what it has left, and what to do. `invalid`: indexes that the migration has left so. */
export function explainFailure(error: unknown, migration: Migration, step: Step, invalid: InvalidIndex[]): Error {
  if (error instanceof MigrationError) return error;
  if (!(error instanceof pg.DatabaseError)) {
    const message = error instanceof Error ? error.message : String(error);
    return new MigrationError(migration.fileName, message, { cause: error });
  }
  const hints = [
    ...(invalid.length === 0
      ? []
      : [`it left ${names(invalid)} invalid: mend what failed, ${dropHint(migration, invalid)}`]),
    ...(hintOf[error.code ?? ''] ?? []),
  ];
  const lines = [
    `${place(step, error, migration)}. ${leftBehind(migration, step)}`,
    `  SQL error ${error.code}: ${error.message}${error.position === undefined ? '' : ` (position ${error.position})`}`,
    ...(error.detail === undefined ? [] : [`  detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`  hint: ${error.hint}`]),
    ...hints.map((hint) => `  → ${hint}`),
    ...(step.at === 'statement' ? shownStatement(step.statement) : []),
  ];
  return new MigrationError(migration.fileName, lines.join('\n'), { cause: error });
}

/** The indexes that a migration has left invalid although nothing failed: `if not exists` finds them in its way. */
export function invalidIndexError(migration: Migration, invalid: InvalidIndex[]): MigrationError {
  const rest = migration.isWithoutTransaction ? 'Its statements stay applied' : 'Nothing of this file was applied';
  return new MigrationError(
    migration.fileName,
    `${names(invalid)} ${invalid.length === 1 ? 'is' : 'are'} invalid after it: Postgres reads nothing from such an index, and a unique one lets duplicates in. ${rest}\n  → ${dropHint(migration, invalid)}`,
  );
}

const hintOf: Record<string, string[]> = {
  '25001': [
    'this statement cannot run in a transaction: give it a file of its own that begins with "-- slipway: no-transaction"',
  ],
  '55P03': ['another session holds a lock on this table; the next try may succeed'],
  '55P04': [
    'a new value of an enum can be used only after its transaction: put "alter type … add value" into a file of its own before this one',
  ],
};

function names(indexes: InvalidIndex[]): string {
  return `index ${indexes.map(({ qualified }) => qualified).join(', ')}`;
}

function place(step: Step, error: pg.DatabaseError, { statements }: Migration): string {
  if (step.at === 'start') return 'failed before its first statement';
  if (step.at === 'record') return 'could not be recorded: what its statements did is in the way';
  if (step.at === 'commit') return 'failed at the end of its transaction, where deferred constraints are checked';
  const { statement, index } = step;
  const offset = error.position === undefined ? 0 : codePointOffset(statement.text, Number(error.position) - 1);
  const line = statement.line + statement.text.slice(0, offset).split('\n').length - 1;
  const column = offset - statement.text.lastIndexOf('\n', offset - 1);
  const where = error.position === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  return `failed at ${where}, statement ${index + 1} of ${statements.length}`;
}

function leftBehind({ isWithoutTransaction, statements }: Migration, step: Step): string {
  if (!isWithoutTransaction) return 'Nothing of this file was applied';
  const applied = step.at === 'statement' ? step.index : step.at === 'start' ? 0 : statements.length;
  if (applied === 0) return 'It runs without a transaction; no statement before this one';
  return `It runs without a transaction: its first ${applied} statement(s) stay applied, and the next try begins at the first. Each must bear that: create table if not exists; for an index, drop index concurrently if exists before it is made`;
}

function shownStatement({ text, line }: SqlStatement): string[] {
  const lines = text.slice(0, shownCharacters).split('\n');
  return ['  statement:', ...lines.map((part, index) => `  ${String(line + index).padStart(5)} | ${part}`)];
}

/** Postgres counts characters, JavaScript UTF-16 units. */
function codePointOffset(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join('').length;
}
