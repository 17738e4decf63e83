import type { Database, Queryable } from '@shop/database';
import { allowedFailures, windowS } from './login-limit.ts';

type Blocked = { seconds: number };

export function createLoginFailureRepository(database: Database) {
  /** Seconds until the pair may try again; undefined when it may now. */
  async function secondsBlocked(on: Queryable, client: string, emailDigest: Buffer): Promise<number | undefined> {
    const [row] = await on.query<Blocked>(
      `select extract(epoch from failed_at + make_interval(secs => $3) - clock_timestamp())::float8 as seconds
         from login_failures
        where client = $1 and email_digest = $2 and failed_at > clock_timestamp() - make_interval(secs => $3)
        order by failed_at desc offset $4 limit 1`,
      [client, emailDigest, windowS, allowedFailures - 1],
    );
    return row?.seconds;
  }

  return {
    secondsBlocked: (client: string, emailDigest: Buffer) => secondsBlocked(database, client, emailDigest),

    /** Adds a failure, or says for how long the pair is blocked when it has had its share. */
    record: (client: string, emailDigest: Buffer) =>
      database.transaction(async (transaction) => {
        await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
          `${client} ${emailDigest.toString('hex')}`,
        ]);
        const seconds = await secondsBlocked(transaction, client, emailDigest);
        if (seconds !== undefined) return seconds;
        await transaction.query(
          'insert into login_failures (client, email_digest, failed_at) values ($1, $2, clock_timestamp())',
          [client, emailDigest],
        );
        // Sweeps a few old rows of whomever along: the table stays as small as the last minutes.
        await transaction.query(
          `delete from login_failures where id in (
             select id from login_failures where failed_at < now() - make_interval(secs => $1) order by failed_at limit 20 for update skip locked)`,
          [windowS * 2],
        );
        return undefined;
      }),
  };
}
