import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';

type Address = { host: string; port: number };

/**
 * Sockets that listen at one port. libuv accepts one connection of each in a turn of the event loop. With one, a busy
 * process falls behind; then it accepts connections whose clients have given up and come again, and never catches up.
 */
const sockets = 8;

/**
 * Whether the system shares the connections at a port out among its sockets. In a worker of a cluster, which `npm start`
 * and watch mode run, the primary has the one socket and hands it over to the next process; sockets of its own would be
 * closed with connections in them.
 */
export const canListenWidely = process.platform === 'linux' && !cluster.isWorker;

/** Listens beside `server` at its port: both must have been opened with `reusePort`. */
export class WideListener {
  readonly #server: HttpServer;
  #others: Server[] = [];

  constructor(server: HttpServer) {
    this.#server = server;
  }

  /** Throws EADDRINUSE as `listen` does: with `reusePort` alone another program of this user could have the port too. */
  static async assertFree({ host, port }: Address): Promise<void> {
    const probe = createServer().listen({ host, port });
    await once(probe, 'listening');
    probe.close();
    await once(probe, 'close');
  }

  async listen({ host, port }: Address): Promise<void> {
    // As Node's HTTP server opens its own.
    this.#others = Array.from({ length: sockets - 1 }, () =>
      createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#server.emit('connection', socket)),
    );
    await Promise.all(this.#others.map((other) => once(other.listen({ host, port, reusePort: true }), 'listening')));
  }

  /** No new connections; settles when all that came this way have ended. */
  async close(): Promise<void> {
    await Promise.all(this.#others.map((other) => new Promise((resolve) => other.close(resolve))));
  }
}
