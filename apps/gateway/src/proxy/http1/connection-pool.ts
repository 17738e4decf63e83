import { Connection, type AnswerHandler } from './connection.ts';

type PoolOptions = {
  baseUrl: string;
  most: number;
  connectTimeoutMs: number;
  /** Longest wait for the next bytes of an answer. */
  answerTimeoutMs: number;
  idleMs: number;
  /** New replicas get their share of the connections. */
  lifetimeMs: number;
};

export type PooledRequest = { method: string; path: string; headers: string[]; body: Buffer | null };

const sweepMs = 50;
const withBody = new Set(['POST', 'PUT', 'PATCH']);

export class TimeoutError extends Error {}

/** Keep-alive connections to one service, the most recently used first. What finds none free waits in a queue. */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #target: { host: string; port: number };
  readonly #hostLine: string;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting: {
    request: PooledRequest;
    handler: AnswerHandler;
    since: number;
  }[] = [];
  readonly #sweeper: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: PoolOptions) {
    const { hostname, port, host, protocol } = new URL(options.baseUrl);
    if (protocol !== 'http:') throw new Error(`only http: URLs have a pool: ${options.baseUrl}`);
    this.#options = options;
    this.#target = { host: hostname.replaceAll(/^\[|\]$/g, ''), port: Number(port || 80) };
    this.#hostLine = `HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
    // One timer for all: a timer per request would cost each of them.
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs).unref();
  }

  dispatch(request: PooledRequest, handler: AnswerHandler): void {
    const connection = this.#take();
    if (connection === undefined) this.#waiting.push({ request, handler, since: performance.now() });
    else this.#start(connection, request, handler);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const connection of [...this.#all]) connection.fail(new Error('the gateway is closing'));
  }

  #start(connection: Connection, { method, path, headers, body }: PooledRequest, handler: AnswerHandler): void {
    let head = `${method} ${path} ${this.#hostLine}`;
    for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`;
    if (body !== null || withBody.has(method)) head += `content-length: ${body?.length ?? 0}\r\n`;
    handler.onConnection(connection);
    connection.send(method, `${head}\r\n`, body, handler);
  }

  #take(): Connection | undefined {
    const now = performance.now();
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (!connection.isDestroyed && !this.#isWornOut(connection, now)) return connection;
      connection.fail(new Error('idle for too long'));
    }
    if (this.#all.size >= this.#options.most) return undefined;
    const connection = new Connection(this.#target, (idle) => this.#onIdle(idle));
    this.#all.add(connection);
    return connection;
  }

  #onIdle(connection: Connection): void {
    if (connection.isDestroyed) this.#all.delete(connection);
    else if (this.#isWornOut(connection, connection.since)) return connection.fail(new Error('old enough'));
    else this.#idle.push(connection);
    if (this.#waiting.length === 0 || this.#isClosed) return;
    const free = this.#take();
    const next = free === undefined ? undefined : this.#waiting.shift();
    if (free !== undefined && next !== undefined) this.#start(free, next.request, next.handler);
  }

  #isWornOut(connection: Connection, now: number): boolean {
    return now - connection.since > this.#options.idleMs || now - connection.createdAt > this.#options.lifetimeMs;
  }

  #sweep(): void {
    const now = performance.now();
    const { connectTimeoutMs, answerTimeoutMs } = this.#options;
    for (const connection of [...this.#all]) {
      const waited = now - connection.since;
      if (!connection.isConnected && waited > connectTimeoutMs)
        connection.fail(new Error('the service takes no connection'));
      else if (connection.isBusy && connection.isConnected && !connection.isPaused && waited > answerTimeoutMs)
        connection.fail(new TimeoutError('the service does not answer'));
    }
    for (let at = this.#idle.length - 1; at >= 0; at--) {
      const connection = this.#idle[at];
      if (connection === undefined || (!connection.isDestroyed && !this.#isWornOut(connection, now))) continue;
      this.#idle.splice(at, 1);
      connection.fail(new Error('idle for too long'));
    }
    while ((this.#waiting[0]?.since ?? now) < now - answerTimeoutMs)
      this.#waiting.shift()?.handler.onError(new TimeoutError('no connection became free'));
  }
}
