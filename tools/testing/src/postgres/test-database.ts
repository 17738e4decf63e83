import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initDatabase, startPostgres, type RunningPostgres } from '@slipway/embedded-postgres';
import pg from 'pg';
import { freePort } from '@slipway/util/free-port';

export type TestDatabase = {
  /** Makes an empty database and returns its URL. */
  create(): Promise<string>;
  /** Everything that the server has logged up to now. */
  readLog(): Promise<string>;
  /** Stops the server as a crash would, or starts it again on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it for good and removes its folder. */
  close(): Promise<void>;
};

/** One throwaway Postgres on a free port, in a temporary folder. It ends with this process at the latest. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const home = await mkdtemp(join(tmpdir(), 'test-database-'));
  const dir = join(home, 'data');
  const port = await freePort();
  let server: RunningPostgres | undefined;
  let log = '';
  const start = async () => {
    server = await startPostgres({
      dir,
      port,
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' },
      onLog: (line) => (log += `${line}\n`),
    });
  };
  const run = async (statement: string) => {
    const client = new pg.Client(`postgres://postgres@127.0.0.1:${port}/postgres`);
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  const stop = async () => {
    await server?.stop();
    server = undefined;
  };
  try {
    await initDatabase(dir, { sync: false });
    await start();
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
  return {
    start,
    stop,
    async create() {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await run(`create database ${name}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    async readLog() {
      // The log comes through a pipe: what comes after this line comes later.
      const mark = randomUUID();
      await run(`do $$ begin raise log '${mark}'; end $$`);
      while (!log.includes(mark)) await sleep(5);
      return log;
    },
    async close() {
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
