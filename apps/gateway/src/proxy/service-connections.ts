// By its path: the package's own entry loads fetch, WebSocket and caches too, 50 ms of each start.
import UndiciClient from 'undici/lib/dispatcher/client.js';
import type { Dispatcher } from 'undici';

type Options = {
  baseUrl: string;
  most: number;
  /** undici's clock for this ticks twice a second: it takes half a second to one. */
  connectTimeoutMs: number;
  /** Shorter than the service keeps an idle connection, so that it is always we who close one. */
  idleMs: number;
  /** After so long a connection is made anew: new replicas get their share. */
  lifetimeMs: number;
};

export type ServiceRequest = { method: string; path: string; headers: string[]; body: Buffer | null };

/** One of undici's clients: one connection, made when it is needed and made anew when it is lost. */
export type ServiceConnection = { readonly client: UndiciClient; connectedAt: number };

/**
 * The connections to one service, the most recently used first; a request has one to itself. undici speaks HTTP, closes
 * what bytes arrive on that nobody asked for, and looks for such bytes before it writes.
 */
export class ServiceConnections {
  readonly #options: Options;
  readonly #free: ServiceConnection[] = [];
  readonly #all = new Set<ServiceConnection>();
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** How many have been given out. */
  get busy(): number {
    return this.#all.size - this.#free.length;
  }

  take(): ServiceConnection | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#isClosed || this.#all.size >= this.#options.most) return free;
    const connection = { client: this.#createClient(), connectedAt: performance.now() };
    connection.client.on('connect', () => (connection.connectedAt = performance.now()));
    this.#all.add(connection);
    return connection;
  }

  send({ client }: ServiceConnection, request: ServiceRequest, handler: Dispatcher.DispatchHandler): void {
    // By itself undici ends a connection with a HEAD: at hundreds a second there would be no ports left.
    client.dispatch(request.method === 'HEAD' ? { ...request, reset: false } : request, handler);
  }

  /** Takes back what its request has left. */
  give(connection: ServiceConnection): void {
    if (this.#isClosed) return;
    if (performance.now() - connection.connectedAt < this.#options.lifetimeMs) return void this.#free.push(connection);
    this.#all.delete(connection);
    void connection.client.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map(({ client }) => client.destroy()));
  }

  #createClient(): UndiciClient {
    const { baseUrl, connectTimeoutMs, idleMs } = this.#options;
    return new UndiciClient(baseUrl, {
      allowH2: false,
      pipelining: 1,
      connectTimeout: connectTimeoutMs,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      // These two begin anew with every byte, so they end nothing that drips. The deadline is the exchange's.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}
