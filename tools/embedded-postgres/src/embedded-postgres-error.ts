import { UserError } from '@slipway/util/errors';

/** A Postgres that could not be made or started; the message has the way out and the words of Postgres. */
export class EmbeddedPostgresError extends UserError {
  override name = 'EmbeddedPostgresError';
  readonly code: 'no-binaries' | 'init-failed' | 'wrong-folder' | 'already-running' | 'port-in-use' | 'start-failed';

  constructor(code: EmbeddedPostgresError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
