import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Logger } from '../observability/logger.ts';
import { RequestCaller, timeoutHeader } from '../observability/request-caller.ts';
import type { RequestScope } from '../observability/request-scope.ts';
import { callerTrace, traceContextFrom, type TraceContext } from '../observability/trace-context.ts';
import type { Tracing } from '../observability/tracing.ts';

/** What a request hands on to the calls that it causes. */
export type RequestContext = { requestId: string; trace: TraceContext; log: Logger; deadline: number };

type ServedScope = RequestScope & { caller: RequestCaller };

const scopes = new WeakMap<IncomingMessage, ServedScope>();

/** The scope of a request, opened when it is first asked for; with a span if there is somewhere to send it. */
export function scopeOf(request: IncomingMessage, tracing?: Tracing): ServedScope {
  let scope = scopes.get(request);
  if (scope === undefined) {
    const { traceparent, tracestate } = request.headers;
    const span = tracing?.start('server', request.method ?? '', callerTrace(traceparent, tracestate), {});
    const trace = span?.trace ?? traceContextFrom(traceparent, tracestate);
    const caller = new RequestCaller(request.headers[timeoutHeader]);
    scope = { trace, caller, span, waitedMs: new Map(), fields: {} };
    scopes.set(request, scope);
  }
  return scope;
}

export function contextOf(request: FastifyRequest): RequestContext {
  const { trace, caller } = scopeOf(request.raw);
  return { requestId: request.id, trace, log: request.log as Logger, deadline: caller.deadline };
}
