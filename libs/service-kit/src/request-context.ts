import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Logger } from './logger.ts';
import { traceContextFrom, type TraceContext } from './trace-context.ts';

/** What a request hands on to the calls that it causes. */
export type RequestContext = { requestId: string; trace: TraceContext; log: Logger; deadline: number };

/** Milliseconds that the caller still waits. Relative, because clocks differ. */
export const timeoutHeader = 'x-request-timeout-ms';
const longestMs = 10_000;

const traces = new WeakMap<IncomingMessage, TraceContext>();

export function traceOf(request: IncomingMessage): TraceContext {
  let trace = traces.get(request);
  if (trace === undefined) {
    trace = traceContextFrom(request.headers['traceparent'], request.headers['tracestate']);
    traces.set(request, trace);
  }
  return trace;
}

export function contextOf(request: FastifyRequest): RequestContext {
  const header = request.headers[timeoutHeader];
  const patience =
    typeof header === 'string' && /^\d{1,6}$/.test(header) ? Math.min(Number(header), longestMs) : longestMs;
  return {
    requestId: request.id,
    trace: traceOf(request.raw),
    log: request.log as Logger,
    deadline: Date.now() + patience,
  };
}
