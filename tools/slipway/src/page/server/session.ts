import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Session = {
  /** Path of the link that opens the page. */
  entryPath: string;
  /** What the link's answer sets. */
  cookie: string;
  /** For senders that have no cookie: telemetry. */
  bearer: string;
  /** Status to refuse the request with; undefined when it may pass. */
  refusal(request: IncomingMessage): number | undefined;
  isEntry(path: string): boolean;
  hasBearer(request: IncomingMessage): boolean;
};

/**
 * Grants access to the page at `port` of this machine to every client with the link. The Host (another name that
 * resolves to this machine) and the Origin reveal browsers that another site sends here.
 */
export function openSession(port: number): Session {
  const token = randomBytes(32).toString('base64url');
  const senders = randomBytes(32).toString('base64url');
  // Cookies know no ports: another page of this machine must not overwrite ours.
  const name = `slipway-page-${port}`;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);
  return {
    entryPath: `/open/${token}`,
    cookie: `${name}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    bearer: senders,
    refusal({ headers, method = 'GET' }) {
      if (!hosts.includes(headers.host ?? '')) return 403;
      const { origin } = headers;
      if (origin !== undefined && !origins.includes(origin)) return 403;
      // A browser names the origin of whatever changes something.
      if (method !== 'GET' && origin === undefined) return 403;
      return isSame(cookieOf(headers.cookie, name), token) ? undefined : 401;
    },
    isEntry: (path) => path.startsWith('/open/') && isSame(path.slice('/open/'.length), token),
    hasBearer: ({ headers }) => isSame(/^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1], senders),
  };
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function isSame(given: string | undefined, wanted: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
