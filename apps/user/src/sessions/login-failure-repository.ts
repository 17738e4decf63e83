import type { Queryable, Statements } from '@shop/database';

const windowS = 60;
const allowedFailures = 10;

type Blocked = { seconds: number };

/**
 * Addresses of people who merely mistyped are nothing to keep. Lower case is what the database says it is, as for accounts:
 * JavaScript differs for a few letters, each of which would give guesses at one account more turns.
 */
const emailDigest = "sha256(convert_to(lower($2::text collate pg_c_utf8), 'UTF8'))";

export function createLoginFailureRepository(database: Statements) {
  /** Seconds until the pair may try again; undefined when it may now. */
  async function secondsBlocked(on: Queryable, client: string, email: string): Promise<number | undefined> {
    const [row] = await on.query<Blocked>(
      `select extract(epoch from failed_at + make_interval(secs => $3) - clock_timestamp())::float8 as seconds
         from login_failures
        where client = $1 and email_digest = ${emailDigest} and failed_at > clock_timestamp() - make_interval(secs => $3)
        order by failed_at desc offset $4 limit 1`,
      [client, email, windowS, allowedFailures - 1],
    );
    return row?.seconds;
  }

  return {
    secondsBlocked: (client: string, email: string) => secondsBlocked(database, client, email),

    /** Adds a failure, or says for how long the pair is blocked when it has had its share. */
    record: (client: string, email: string) =>
      database.transaction(async (transaction) => {
        await transaction.query(
          `select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || encode(${emailDigest}, 'hex'), 0))`,
          [client, email],
        );
        const seconds = await secondsBlocked(transaction, client, email);
        if (seconds !== undefined) return seconds;
        await transaction.query(
          `insert into login_failures (client, email_digest, failed_at) values ($1, ${emailDigest}, clock_timestamp())`,
          [client, email],
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
