import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Logger } from './logger.ts';
import type { RequestScope } from './request-scope.ts';
import { callerTrace, traceContextFrom, type TraceContext } from './trace-context.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What a request hands on to the calls that it causes. */
export type RequestContext = { requestId: string; trace: TraceContext; log: Logger; deadline: number };

/** Milliseconds that the caller still waits. Relative, because clocks differ. */
export const timeoutHeader = 'x-request-timeout-ms';
const longestMs = 10_000;

const scopes = new WeakMap<IncomingMessage, RequestScope>();

/** The scope of a request, opened when it is first asked for; with a span if there is somewhere to send it. */
export function scopeOf(request: IncomingMessage, tracing?: Tracing): RequestScope {
  let scope = scopes.get(request);
  if (scope === undefined) {
    const { traceparent, tracestate } = request.headers;
    const span = tracing?.start('server', request.method ?? '', callerTrace(traceparent, tracestate), {});
    const trace = span?.trace ?? traceContextFrom(traceparent, tracestate);
    scope = { trace, span, waitedMs: new Map(), fields: {} };
    scopes.set(request, scope);
  }
  return scope;
}

export function contextOf(request: FastifyRequest): RequestContext {
  const header = request.headers[timeoutHeader];
  const patience =
    typeof header === 'string' && /^\d{1,6}$/.test(header) ? Math.min(Number(header), longestMs) : longestMs;
  return {
    requestId: request.id,
    trace: scopeOf(request.raw).trace,
    log: request.log as Logger,
    deadline: Date.now() + patience,
  };
}
