import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Metrics } from './metrics.ts';
import { commonProblems } from './problem.ts';
import { timeoutHeader, type RequestContext } from './request-context.ts';

type CallOptions = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Longest time for the whole call, its retries included. */
  timeoutMs: number;
  /** Whether doing it twice is doing it once; only then is it tried again. */
  isIdempotent: boolean;
  context: Pick<RequestContext, 'requestId' | 'trace' | 'deadline'>;
};

export type ServiceAnswer = { status: number; body: unknown };

export type ServiceClient = { call(options: CallOptions): Promise<ServiceAnswer>; close(): Promise<void> };

const attempts = 3;
const connectTimeoutMs = 700;
/** Shorter than the time that a server which shuts down keeps serving, so that no request meets a closing connection. */
export const upstreamIdleMs = 1500;

/** Calls to one other service: carries ids and the deadline, keeps connections, tries idempotent calls again. */
export function createServiceClient({ service, baseUrl, metrics }: { service: string; baseUrl: string; metrics: Metrics }): ServiceClient {
  const pool = new Pool(baseUrl, {
    connections: 64,
    connect: { timeout: connectTimeoutMs },
    keepAliveTimeout: upstreamIdleMs,
    keepAliveMaxTimeout: upstreamIdleMs,
    // New replicas get their share of the connections.
    clientTtl: 30_000,
  });

  async function attempt({ method, path, body, headers, context }: CallOptions, remainingMs: number): Promise<ServiceAnswer> {
    const answer = await pool.request({
      method,
      path,
      headers: {
        accept: 'application/json',
        'x-request-id': context.requestId,
        traceparent: context.trace.traceparent,
        ...(context.trace.tracestate === undefined ? {} : { tracestate: context.trace.tracestate }),
        [timeoutHeader]: String(Math.floor(remainingMs)),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(remainingMs),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function call(options: CallOptions): Promise<ServiceAnswer> {
    const started = performance.now();
    const deadline = Math.min(options.context.deadline, Date.now() + options.timeoutMs);
    let failure: unknown;
    for (let tries = 1; tries <= attempts; tries++) {
      const remainingMs = deadline - Date.now();
      if (remainingMs < 1) break;
      try {
        const answer = await attempt(options, remainingMs);
        const isTemporary = answer.status === 502 || answer.status === 503 || answer.status === 504;
        if (!isTemporary || !options.isIdempotent || tries === attempts) {
          metrics.call(service, String(answer.status), (performance.now() - started) / 1000);
          return answer;
        }
      } catch (error) {
        failure = error;
        if (!options.isIdempotent) break;
      }
      await sleep(Math.min(Math.random() * 50 * 2 ** tries, Math.max(0, deadline - Date.now())));
    }
    const isTimeout = failure === undefined || (failure as Error).name === 'TimeoutError';
    metrics.call(service, isTimeout ? 'timeout' : 'unreachable', (performance.now() - started) / 1000);
    const problem = isTimeout ? commonProblems.upstreamTimeout : commonProblems.upstreamUnavailable;
    throw problem({ detail: `the ${service} service did not answer`, cause: failure });
  }

  return { call, close: () => pool.close() };
}
