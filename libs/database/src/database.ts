import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseObserver } from './database-observer.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { isRetryable, isServerAway } from './sql-state.ts';

export type Queryable = {
  /** Runs one statement and returns its rows. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

export type Database = Queryable & {
  /** Runs `work` in one transaction; runs it again (a few times) when the server asks for that. */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result>;
  /** Connections by state, for the metrics. */
  connections(): { used: number; idle: number; waiting: number; max: number };
  close(): Promise<void>;
};

export type DatabaseLog = { warn(fields: object, message: string): void };

type DatabaseOptions = {
  url: string;
  poolSize: number;
  applicationName: string;
  log: DatabaseLog;
  observer?: DatabaseObserver;
};

// A database that is away must turn into a 503 within two seconds, whether it refuses, drops or freezes.
const connectTimeoutMs = 1000;
const statementTimeoutMs = 1200;
const queryTimeoutMs = 1500;
/** A healthy but busy pool: waiting beats turning a request away. */
const busyWaitMs = 8000;
const transactionAttempts = 4;

const parseInt8 = (text: string) => Number(text);

/** The service's database: a pool that survives restarts of the server and never makes a request hang. */
export function createDatabase({ url, poolSize, applicationName, log, observer }: DatabaseOptions): Database {
  let isAway = false;
  const settings: pg.PoolConfig = {
    connectionString: url,
    max: poolSize,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: 10_000,
    application_name: applicationName,
    keepAlive: true,
    types: {
      // Amounts of money are bigint and stay far below 2^53.
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? parseInt8 : pg.types.getTypeParser(oid, format),
    },
    // The pool would apply this limit to waiting for a free connection as well; only connecting is meant.
    Client: class extends pg.Client {
      constructor(config?: pg.ClientConfig) {
        super({ ...config, connectionTimeoutMillis: connectTimeoutMs });
        // Without a listener, a server restart under a checked-out client ends the process.
        this.on('error', (error) => log.warn({ err: error }, 'a database connection broke'));
      }
    },
  };
  const pool = new pg.Pool(settings);
  pool.on('error', () => {});

  function translate(error: unknown, commitUnknown = false): unknown {
    if (error instanceof DatabaseUnavailable || !isServerAway(error)) return error;
    isAway = true;
    return new DatabaseUnavailable('the database does not answer', { cause: error, commitUnknown });
  }

  /** A free connection; gives up early only when the server is known to be away. */
  function acquire(): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      const started = Date.now();
      let isSettled = false;
      const timer = setInterval(() => {
        const waited = Date.now() - started;
        if (waited < (isAway ? connectTimeoutMs : busyWaitMs)) return;
        settle();
        reject(new DatabaseUnavailable(isAway ? 'the database does not answer' : 'every database connection is busy'));
      }, 200);
      const settle = () => {
        isSettled = true;
        clearInterval(timer);
      };
      pool.connect().then(
        (client) => {
          if (isSettled) return client.release();
          settle();
          isAway = false;
          resolve(client);
        },
        (error: unknown) => {
          if (isSettled) return;
          settle();
          reject(translate(error));
        },
      );
    });
  }

  async function withClient<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const endWait = observer?.connection();
    const client = await acquire().finally(() => endWait?.());
    let isBroken = false;
    try {
      return await work(client);
    } catch (error) {
      const translated = translate(error);
      // After a client-side timeout the old answer may still arrive: such a connection must not be used again.
      isBroken = translated instanceof DatabaseUnavailable;
      throw translated;
    } finally {
      client.release(isBroken);
    }
  }

  async function run<Row>(client: pg.PoolClient, text: string, values?: readonly unknown[]): Promise<Row[]> {
    const end = observer?.statement(text);
    try {
      const { rows } = await (values === undefined ? client.query(text) : client.query(text, [...values]));
      end?.();
      return rows as Row[];
    } catch (error) {
      end?.(error);
      throw error;
    }
  }

  const on = (client: pg.PoolClient): Queryable => ({
    query: (text, values = []) => run(client, text, values),
  });

  async function attempt<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result> {
    return withClient(async (client) => {
      await run(client, 'begin');
      let result: Result;
      try {
        result = await work(on(client));
      } catch (error) {
        if (!isServerAway(error)) await run(client, 'rollback');
        throw error;
      }
      try {
        await run(client, 'commit');
      } catch (error) {
        throw translate(error, true);
      }
      return result;
    });
  }

  return {
    query: (text, values) => withClient((client) => on(client).query(text, values)),
    async transaction(work) {
      for (let attempts = 1; ; attempts++) {
        try {
          return await attempt(work);
        } catch (error) {
          if (!isRetryable(error) || attempts === transactionAttempts) throw error;
          await sleep(Math.random() * 10 * 2 ** attempts);
        }
      }
    },
    connections: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      max: poolSize,
    }),
    close: () => pool.end(),
  };
}
