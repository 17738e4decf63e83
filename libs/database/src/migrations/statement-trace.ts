import type { Migration, SqlStatement } from '@slipway/migrations';
import type pg from 'pg';

/** How far a migration is: at which of its statements, or at what comes after them. */
export type Step =
  { at: 'start' } | { at: 'record' } | { at: 'commit' } | { at: 'statement'; index: number; statement: SqlStatement };

/** Follows which statement of a file is running, to name it when it fails: node-pg-migrate does not. */
export class StatementTrace {
  /** What node-pg-migrate is given in place of the client. */
  readonly client: pg.ClientBase;
  step: Step = { at: 'start' };
  #next = 0;

  /** `beforeRecord` is awaited when every statement has run, before `record` does. */
  constructor(client: pg.Client, { statements }: Migration, record: string, beforeRecord: () => Promise<void>) {
    const isText = (text: string, step: string | undefined) => text === step || text === `${step};`;
    this.client = {
      query: async (query: string | { text: string }, values?: unknown[]) => {
        const text = typeof query === 'string' ? query : query.text;
        const statement = statements[this.#next];
        if (statement !== undefined && isText(text, statement.text)) {
          this.step = { at: 'statement', index: this.#next, statement };
          this.#next += 1;
        } else if (isText(text, record)) {
          await beforeRecord();
          this.step = { at: 'record' };
        } else if (isText(text, 'COMMIT')) this.step = { at: 'commit' };
        return client.query(text, values);
      },
    } as unknown as pg.ClientBase;
  }
}
