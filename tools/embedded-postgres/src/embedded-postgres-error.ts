/** A Postgres that could not be made or started; the message says what to do and carries Postgres' own words. */
export class EmbeddedPostgresError extends Error {
  readonly code: 'no-binaries' | 'init-failed' | 'wrong-folder' | 'already-running' | 'port-in-use' | 'start-failed';

  constructor(code: EmbeddedPostgresError['code'], message: string) {
    super(message);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}
