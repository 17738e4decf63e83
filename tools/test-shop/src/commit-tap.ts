import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

export type CommitTap = {
  /** For the service, in place of the database's own. */
  url: string;
  /** Calls `hit` when the server has committed the next transaction with a statement like `pattern`; its client hears nothing. */
  cutNext(pattern: RegExp, hit: () => void): void;
  close(): void;
};

/** Stands between a service and its database, to interrupt exactly between a commit and the news of it. */
export async function startCommitTap(databaseUrl: string): Promise<CommitTap> {
  const target = new URL(databaseUrl);
  let cut: { pattern: RegExp; hit: () => void } | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let isMatched = false;
    let isCut = false;
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      isMatched ||= cut?.pattern.test(text) === true;
      isCut = isMatched && cut !== undefined && text.includes('commit\0');
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!isCut) return void client.write(bytes);
      const { hit } = cut ?? {};
      cut = undefined;
      client.destroy();
      hit?.();
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
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutNext(pattern, hit) {
      cut = { pattern, hit };
    },
    close: () => void server.close(),
  };
}
