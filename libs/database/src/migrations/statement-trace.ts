import pg from 'pg';
import type { MigrationFile } from './migration-files.ts';
import { MigrationError } from './migration-error.ts';
import { isWithoutTransaction, migrationStatements } from './sql-loader.ts';
import { lineAt, type SqlStatement } from './split-statements.ts';

const shownCharacters = 4000;

/** Follows which statement of a file is running, to name it when it fails: node-pg-migrate does not. */
export class StatementTrace {
  /** What node-pg-migrate is given in place of the client. */
  readonly client: pg.ClientBase;
  readonly #file: MigrationFile;
  readonly #statements: SqlStatement[];
  #running = -1;

  constructor(client: pg.Client, file: MigrationFile) {
    this.#file = file;
    this.#statements = migrationStatements(file);
    this.client = {
      query: (query: string | { text: string }, values?: unknown[]) => {
        const text = typeof query === 'string' ? query : query.text;
        const next = this.#statements[this.#running + 1];
        if (next !== undefined && text.startsWith(next.text)) this.#running += 1;
        return client.query(text, values);
      },
    } as unknown as pg.ClientBase;
  }

  explain(error: unknown): Error {
    const statement = this.#statements[this.#running];
    if (!(error instanceof pg.DatabaseError) || statement === undefined) {
      return new MigrationError(this.#file.fileName, error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
    const offset = error.position === undefined ? 0 : codePointOffset(statement.text, Number(error.position) - 1);
    const line = statement.line + lineAt(statement.text, offset) - 1;
    const column = offset - statement.text.lastIndexOf('\n', offset - 1);
    const where = error.position === undefined ? `line ${line}` : `line ${line}, column ${column}`;
    return new MigrationError(
      this.#file.fileName,
      [
        `failed at ${where}, statement ${this.#running + 1} of ${this.#statements.length}. ${this.#leftBehind()}`,
        `  SQL error ${error.code}: ${error.message}${error.position === undefined ? '' : ` (position ${error.position})`}`,
        ...(error.detail === undefined ? [] : [`  detail: ${error.detail}`]),
        ...(error.hint === undefined ? [] : [`  hint: ${error.hint}`]),
        ...advice(error.code),
        '  statement:',
        ...statement.text
          .slice(0, shownCharacters)
          .split('\n')
          .map((text, index) => `  ${String(statement.line + index).padStart(5)} | ${text}`),
      ].join('\n'),
      { cause: error },
    );
  }

  #leftBehind(): string {
    if (!isWithoutTransaction(this.#file)) return 'Nothing of this file was applied';
    if (this.#running === 0) return 'It runs without a transaction; no statement before this one';
    return `It runs without a transaction: its first ${this.#running} statement(s) stay applied, so write them to be repeatable (if not exists)`;
  }
}

function advice(code: string | undefined): string[] {
  if (code === '25001')
    return [
      '  advice: this statement cannot run in a transaction; give it a file of its own that begins with "-- slipway: no-transaction"',
    ];
  if (code === '55P03') return ['  advice: another session holds a lock on this table; the next try may succeed'];
  return [];
}

/** Postgres counts characters, JavaScript UTF-16 units. */
function codePointOffset(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join('').length;
}
