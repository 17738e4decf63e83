import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

export type DatabaseTap = {
  /** For the service, in place of the database's own. */
  url: string;
  /** Calls `hit` when the server has committed the next transaction with a statement like `pattern`; the service hears nothing. */
  cutAtCommit(pattern: RegExp, hit: () => void): void;
  /** Calls `hit` when the server has given `count` more answers; the service does not hear the last. */
  cutAfter(count: number, hit: () => void): void;
  /** Forgets what has not been hit. */
  disarm(): void;
  close(): void;
};

/** Stands between a service and its database, to interrupt exactly between what the server did and the news of it. */
export async function startDatabaseTap(databaseUrl: string): Promise<DatabaseTap> {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  let pattern: RegExp | undefined;
  let remaining = Infinity;
  let hit = () => {};
  const disarm = () => {
    pattern = undefined;
    remaining = Infinity;
  };
  const server = createServer((client) => {
    const upstream = connect(target);
    let isMatched = false;
    let isCommitting = false;
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      isMatched ||= pattern?.test(text) === true;
      isCommitting = isMatched && text.includes('commit\0');
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      remaining -= 1;
      if (remaining > 0 && !isCommitting) return void client.write(bytes);
      isMatched = isCommitting = false;
      disarm();
      client.destroy();
      hit();
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAtCommit(next, onHit) {
      pattern = next;
      hit = onHit;
    },
    cutAfter(count, onHit) {
      remaining = count;
      hit = onHit;
    },
    disarm,
    close: () => void server.close(),
  };
}
