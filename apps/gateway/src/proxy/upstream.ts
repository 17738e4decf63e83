import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { upstreamIdleMs, type Metrics } from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';
import { exchange, ExchangeError, type WriteHead } from './exchange.ts';
import { ConnectionPool, TimeoutError, type PooledRequest } from './http1/connection-pool.ts';

type UpstreamOptions = { name: string; baseUrl: string; timeoutMs: number; metrics: Metrics };

export type ProxiedRequest = PooledRequest & {
  /** Whether it may be sent again although the upstream may have acted on it. */
  isRepeatable: boolean;
  /** It was given up, and the upstream may have acted on it. */
  onUncertain(): void;
};

const connectTimeoutMs = 700;
/** A service that is gone is a 503 within two seconds. */
const unreachableMs = 1500;
/** A request that may have been acted on is worth waiting for a replica that knows: all of a service's pods may be new. */
const uncertainMs = 9000;
/** A service that takes requests and answers none must not get many times its load. */
const mostSent = 3;

/** One service behind the gateway. */
export function createUpstream({ name, baseUrl, timeoutMs, metrics }: UpstreamOptions) {
  const pool = new ConnectionPool({
    baseUrl,
    most: 128,
    connectTimeoutMs,
    answerTimeoutMs: timeoutMs,
    // Shorter than a service keeps an idle connection, and than it drains: see service-client.ts.
    idleMs: upstreamIdleMs,
    lifetimeMs: 30_000,
  });

  async function send(request: ProxiedRequest, response: ServerResponse, writeHead: WriteHead): Promise<void> {
    const started = performance.now();
    const { method, isRepeatable } = request;
    let isUncertain = false;
    let sent = 0;
    for (let tries = 1; ; tries++) {
      try {
        await exchange(pool, request, response, writeHead);
        metrics.call(name, method, response.statusCode, (performance.now() - started) / 1000);
        return;
      } catch (error) {
        if (!(error instanceof ExchangeError) || response.headersSent || response.destroyed) throw error;
        const isTimeout = error.cause instanceof TimeoutError;
        isUncertain ||= error.wasSent && method !== 'GET' && method !== 'HEAD';
        if (error.wasSent) sent += 1;
        const elapsed = performance.now() - started;
        const isWorthwhile =
          !isTimeout &&
          (isRepeatable || !error.wasSent) &&
          sent < mostSent &&
          (isUncertain ? elapsed < Math.min(uncertainMs, timeoutMs) : elapsed < unreachableMs && tries < 3);
        if (!isWorthwhile) {
          metrics.call(name, method, isTimeout ? 'timeout' : 'unreachable', elapsed / 1000);
          if (isUncertain) request.onUncertain();
          const problem = isTimeout ? commonProblems.upstreamTimeout : commonProblems.upstreamUnavailable;
          throw problem({ cause: error });
        }
        await sleep((25 + Math.random() * 50) * Math.min(tries, 4));
      }
    }
  }

  return { send, close: () => pool.close() };
}
