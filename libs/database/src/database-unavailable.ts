/** The database did not answer in time or at all: the caller's client hears 503 and may come again. */
export class DatabaseUnavailable extends Error {
  readonly problem = { status: 503, code: 'database-unavailable', title: 'The database does not answer' } as const;
  /** True when COMMIT was sent and its answer is unknown: the transaction may have happened. */
  readonly commitUnknown: boolean;

  constructor(message: string, { cause, commitUnknown = false }: { cause?: unknown; commitUnknown?: boolean } = {}) {
    super(message, { cause });
    this.name = 'DatabaseUnavailable';
    this.commitUnknown = commitUnknown;
  }
}
