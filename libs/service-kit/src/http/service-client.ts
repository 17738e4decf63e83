import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../observability/code-of.ts';
import type { CallFailure, Metrics } from '../observability/metrics.ts';
import { Agent, request } from './node-http.ts';
import { commonProblems } from './problem.ts';
import { addWait } from '../observability/request-scope.ts';
import type { Tracing } from '../observability/tracing.ts';
import { timeoutHeader } from '../observability/request-caller.ts';
import type { RequestContext } from './request-context.ts';

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

export type ServiceAnswer = {
  status: number;
  body: unknown;
  /** The callee says when to come again: seconds, or a date. */
  retryAfter?: string;
};

export type ServiceClient = { call(options: CallOptions): Promise<ServiceAnswer>; close(): Promise<void> };

const attempts = 3;
/** So long a refused connection is no attempt: of two pods one may be dead, and the service's address leads to either. */
const refusedMs = 900;
/** Shorter than the time that a server which shuts down keeps serving, so that no request meets a closing connection. */
export const upstreamIdleMs = 1500;
/** New replicas get their share of the connections. */
const agentLifetimeMs = 30_000;
const longestAnswer = 1024 * 1024;

/** Calls to one other service: carries ids and the deadline, keeps connections, tries idempotent calls again. */
export function createServiceClient({
  service,
  baseUrl,
  metrics,
  tracing,
}: {
  service: string;
  baseUrl: string;
  metrics: Metrics;
  tracing?: Tracing | undefined;
}): ServiceClient {
  const target = new URL(baseUrl);
  let agent = createAgent();
  let agentSince = Date.now();

  function currentAgent(): HttpAgent {
    if (Date.now() - agentSince < agentLifetimeMs) return agent;
    retire(agent);
    agent = createAgent();
    agentSince = Date.now();
    return agent;
  }

  function attempt({ method, path, body, headers, context }: CallOptions, remainingMs: number): Promise<ServiceAnswer> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const call = request({
        agent: currentAgent(),
        host: target.hostname,
        port: target.port || 80,
        method,
        path,
        headers: {
          accept: 'application/json',
          'x-request-id': context.requestId,
          traceparent: context.trace.traceparent,
          ...(context.trace.tracestate === undefined ? {} : { tracestate: context.trace.tracestate }),
          [timeoutHeader]: String(Math.floor(remainingMs)),
          ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length }),
          ...headers,
        },
        signal: AbortSignal.timeout(remainingMs),
      });
      call.once('error', reject);
      call.once('response', (response) => void readJson(response).then(resolve, reject));
      call.end(payload);
    });
  }

  async function call(options: CallOptions): Promise<ServiceAnswer> {
    const span = tracing?.start('client', `${options.method} ${service}`, options.context.trace, {
      'http.request.method': options.method,
      'server.address': target.hostname,
      'server.port': Number(target.port || 80),
      'url.full': new URL(options.path.split('?', 1)[0] ?? '/', target).href,
    });
    if (span === undefined) return attemptAll(options);
    try {
      const answer = await attemptAll({ ...options, context: { ...options.context, trace: span.trace } });
      const { status } = answer;
      const attributes = { 'http.response.status_code': status };
      span.end(
        status < 500 ? { attributes } : { attributes: { ...attributes, 'error.type': String(status) }, error: status },
      );
      return answer;
    } catch (error) {
      span.end({ error });
      throw error;
    }
  }

  async function attemptAll(options: CallOptions): Promise<ServiceAnswer> {
    const started = performance.now();
    const deadline = Math.min(options.context.deadline, Date.now() + options.timeoutMs);
    let failure: unknown;
    for (let tries = 1, refusals = 0; tries <= attempts; tries++) {
      const remainingMs = deadline - Date.now();
      if (remainingMs < 1) break;
      try {
        const answer = await attempt(options, remainingMs);
        const isTemporary = answer.status === 502 || answer.status === 503 || answer.status === 504;
        if (!isTemporary || isOverloaded(answer) || !options.isIdempotent || tries === attempts) {
          observe(options, answer.status, started);
          return answer;
        }
      } catch (error) {
        failure = error;
        if (!options.isIdempotent) break;
        if (isRefused(error) && performance.now() - started < refusedMs) {
          refusals += 1;
          tries -= 1;
        }
      }
      const longestMs = 50 * 2 ** Math.min(tries + refusals, attempts - 1);
      if (tries < attempts) await sleep(Math.min(Math.random() * longestMs, Math.max(0, deadline - Date.now())));
    }
    const isTimeout = Date.now() >= deadline;
    observe(options, isTimeout ? 'timeout' : 'unreachable', started);
    throw commonProblems.upstreamUnavailable({ detail: `the ${service} service did not answer`, cause: failure });
  }

  function observe({ method }: CallOptions, outcome: number | CallFailure, started: number): void {
    const ms = performance.now() - started;
    metrics.call(service, method, outcome, ms / 1000);
    addWait(service, ms);
  }

  return {
    call,
    async close() {
      agent.destroy();
    },
  };
}

/** A callee that has too much to do must not get it three times. */
export function isOverloaded({ body }: ServiceAnswer): boolean {
  return codeOf(body) === 'overloaded';
}

function isRefused(error: unknown): boolean {
  return codeOf(error) === 'ECONNREFUSED';
}

function createAgent(): HttpAgent {
  return new Agent({ keepAlive: true, timeout: upstreamIdleMs, maxFreeSockets: 64 });
}

/** Lets calls that are under way finish and keeps no connection after them. */
function retire(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

async function readJson(response: IncomingMessage): Promise<ServiceAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > longestAnswer) throw new Error('the answer is too long');
  }
  const text = Buffer.concat(chunks).toString();
  const { 'retry-after': retryAfter } = response.headers;
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.statusCode ?? 0, body, ...(retryAfter === undefined ? {} : { retryAfter }) };
}
