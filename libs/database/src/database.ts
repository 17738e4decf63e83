import { setTimeout as sleep } from 'node:timers/promises';
import { FairQueue, type Caller } from '@shop/fair-queue';
import pg from 'pg';
import type { DatabaseObserver } from './database-observer.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { isRetryable, isServerAway, isServerSilent } from './sql-state.ts';

export type Queryable = {
  /** Runs one statement and returns its rows. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

export type Statements = Queryable & {
  /** Runs `work` in one transaction; runs it again (a few times) when the server asks for that. */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result>;
};

export type Database = Statements & {
  /** The same database for one kind of work: while connections are rare, each lane has its turn, however much another brings. */
  lane(name: string): Statements;
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
  /** Who waits for what the running code does; work that nobody waits for is not begun. */
  caller?: () => Caller | undefined;
};

// A database that is away must turn into a 503 within two seconds, whether it refuses, drops or freezes.
const connectTimeoutMs = 1000;
const statementTimeoutMs = 1200;
const queryTimeoutMs = 1500;
/** A healthy but busy pool: waiting beats turning a request away. */
const busyWaitMs = 8000;
/** A connection does some hundred statements a second, so these are some seconds of work; each holds a request's memory. */
const waitingPerConnection = 100;
/** More than these wait only when more comes than is done; then nobody shall hear of it later than after a second. */
const calmPerConnection = 10;
const overloadedWaitMs = 900;
const transactionAttempts = 4;

const parseInt8 = (text: string) => Number(text);

/** The service's database: a pool that survives restarts of the server and never makes a request hang. */
export function createDatabase({
  url,
  poolSize,
  applicationName,
  log,
  observer,
  caller = () => undefined,
}: DatabaseOptions): Database {
  const queue = new FairQueue({
    concurrency: poolSize,
    limit: poolSize * waitingPerConnection,
    patienceMs: busyWaitMs,
    calmLimit: poolSize * calmPerConnection,
    overloadedWaitMs,
    observer: { started: () => {}, refused: (reason) => observer?.refused(reason) },
  });
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
    // Whoever waits would find out the same, a second later each.
    if (isServerSilent(error))
      queue.refuseAll(new DatabaseUnavailable('the database does not answer', { cause: error }));
    return new DatabaseUnavailable('the database does not answer', { cause: error, commitUnknown });
  }

  async function withClient<Result>(lane: string, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    let endWait = observer?.connection();
    const take = async () => {
      const client = await pool.connect();
      endWait?.();
      endWait = undefined;
      let isBroken = false;
      try {
        return await work(client);
      } catch (error) {
        // After a client-side timeout the old answer may still arrive: such a connection must not be used again.
        isBroken = error instanceof DatabaseUnavailable || isServerAway(error);
        throw error;
      } finally {
        client.release(isBroken);
      }
    };
    const translated = (error: unknown): never => {
      throw translate(error);
    };
    try {
      // Before its turn is over: the next in line would begin, and wait as long as this one did.
      return await queue.run(() => take().catch(translated), lane, caller());
    } finally {
      endWait?.();
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

  async function attempt<Result>(lane: string, work: (transaction: Queryable) => Promise<Result>): Promise<Result> {
    return withClient(lane, async (client) => {
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

  const inLane = (lane: string): Statements => ({
    query: (text, values) => withClient(lane, (client) => on(client).query(text, values)),
    async transaction(work) {
      for (let attempts = 1; ; attempts++) {
        try {
          return await attempt(lane, work);
        } catch (error) {
          if (!isRetryable(error) || attempts === transactionAttempts) throw error;
          await sleep(Math.random() * 10 * 2 ** attempts);
        }
      }
    },
  });

  return {
    ...inLane(''),
    lane: inLane,
    connections: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: queue.length,
      max: poolSize,
    }),
    close: () => pool.end(),
  };
}
