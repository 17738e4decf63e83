import { upstreamIdleMs, type Metrics } from '@shop/service-kit';
import type { Overload } from '../overload.ts';
import type { Attempt } from './attempt.ts';
import { Exchange, type CallOutcome, type ExchangeOwner, type ProxiedRequest } from './exchange.ts';
import { ServiceConnections } from './service-connections.ts';
import { ServiceQueue } from './service-queue.ts';

type Options = {
  name: string;
  baseUrl: string;
  timeoutMs: number;
  /** Requests at the service at once. */
  connections: number;
  /** Requests that wait for that. */
  queue: number;
  abortsPerSecond: number;
  /** Bytes that are held for one slow reader. */
  mostHeld: number;
  metrics: Metrics;
  overload: Overload;
};

const sweepMs = 50;
const connectTimeoutMs = 700;
const lifetimeMs = 30_000;
/** A service that wrongly sends a body after a HEAD has so long to show itself: it would be the next answer. */
const afterHeadMs = 25;

/** One service behind the gateway, and everything that is under way to it. */
export class Upstream implements ExchangeOwner {
  readonly timeoutMs: number;
  readonly mostHeld: number;
  readonly overload: Overload;
  readonly connections: ServiceConnections;
  readonly queue: ServiceQueue;
  readonly #options: Options;
  /** In no order: each knows its place. A Set, whose tables outlive what was in them, would keep all of them for long. */
  readonly #exchanges: Exchange[] = [];
  readonly #sweeper: NodeJS.Timeout;
  #aborts: number;
  #sweptAt = performance.now();

  constructor(options: Options) {
    const { baseUrl, connections, queue, timeoutMs, mostHeld, abortsPerSecond, overload } = options;
    this.#options = options;
    this.timeoutMs = timeoutMs;
    this.mostHeld = mostHeld;
    this.overload = overload;
    this.#aborts = abortsPerSecond;
    // Idle for less than a service keeps a connection, and than it drains: see service-client.ts.
    this.connections = new ServiceConnections({
      baseUrl,
      most: connections,
      connectTimeoutMs,
      idleMs: upstreamIdleMs,
      lifetimeMs,
    });
    this.queue = new ServiceQueue(this.connections, { most: queue, connectionsInAll: connections });
    // One timer for all: a timer per request would cost each of them.
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs).unref();
  }

  /** Settles when the answer is complete, but for what the client has not read yet. */
  send(request: ProxiedRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(this, request, resolve, reject);
      exchange.place = this.#exchanges.push(exchange) - 1;
      exchange.start();
    });
  }

  release({ connection, isComplete, started }: Attempt, exchange: Exchange, method: string): void {
    const answeredMs = isComplete ? performance.now() - started : undefined;
    const release = () => this.queue.release(connection, exchange, answeredMs);
    if (method === 'HEAD' && isComplete) setTimeout(release, afterHeadMs).unref();
    else release();
  }

  forget(exchange: Exchange): void {
    const last = this.#exchanges.pop();
    if (last === undefined || last === exchange) return;
    this.#exchanges[exchange.place] = last;
    last.place = exchange.place;
  }

  /** Whether one more connection may be spent on a request whose client has left. */
  mayAbort(): boolean {
    if (this.#aborts < 1) return false;
    this.#aborts -= 1;
    return true;
  }

  observe(method: string, outcome: CallOutcome, ms: number): void {
    this.#options.metrics.call(this.#options.name, method, outcome, ms / 1000);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.connections.close();
  }

  #sweep(): void {
    const now = performance.now();
    const { abortsPerSecond } = this.#options;
    this.#aborts = Math.min(abortsPerSecond, this.#aborts + ((now - this.#sweptAt) / 1000) * abortsPerSecond);
    this.#sweptAt = now;
    for (const exchange of this.#exchanges.filter(({ deadline }) => deadline <= now)) exchange.expire();
    this.queue.sweep(now);
  }
}
