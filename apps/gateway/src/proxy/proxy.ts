import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  bearerToken,
  createAccessLog,
  clientAddressHeader,
  executionIdHeader,
  requestIdFrom,
  securityHeaders,
  serviceKeyHeader,
  timeoutHeader,
  callerTrace,
  serverSpanEnd,
  traceContextFrom,
  type Logger,
  type Metrics,
  type Readiness,
  type Span,
  type TokenVerifier,
  type TraceContext,
  type Tracing,
} from '@shop/service-kit';
import { commonProblems, problemBody, ProblemError } from '@shop/service-kit/problem';
import type { ClientAddressOf } from './client-address.ts';
import { readHeaders } from './forwarded-headers.ts';
import type { RateLimit } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import { pathOf } from './request-target.ts';
import type { Revocations } from './revocations.ts';
import { allowedMethods, findProxyRoute, type ProxyRoute, type UpstreamName } from './route-table.ts';
import type { createUpstream } from './upstream.ts';

type ProxyOptions = {
  upstreams: Record<UpstreamName, ReturnType<typeof createUpstream>>;
  verifier: TokenVerifier;
  userKey: string;
  orderKey: string;
  revocations: Revocations;
  timeoutMs: number;
  clientAddressOf: ClientAddressOf;
  rateLimit: RateLimit | undefined;
  logger: Logger;
  metrics: Metrics;
  tracing?: Tracing | undefined;
  readiness: Readiness;
};

/** The service gives up before we do, so that its answer, not our timeout, reaches the client. */
const hopMarginMs = 50;
/** As Node takes them without a look at each: names and values by turns. A service may allow caching. */
const plainSecurityHeaders = Object.entries(securityHeaders)
  .filter(([name]) => name !== 'cache-control')
  .flat();

type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
  trace: TraceContext;
  /** Only while traces are exported. */
  span: Span | undefined;
  /** Why the answer is a 5xx. */
  error: unknown;
  route: string;
  userId: string | undefined;
  upstream: UpstreamName | undefined;
  sentAt: number;
  answeredAt: number | undefined;
};

/**
 * The fast lane: requests for proxied routes do not pass through Fastify, which would cost as much again as the rest.
 * Returns false for what Fastify serves.
 */
export function createProxy(options: ProxyOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { upstreams, verifier, userKey, orderKey, revocations } = options;
  const { timeoutMs, clientAddressOf, rateLimit, logger, metrics, tracing, readiness } = options;
  const logAccess = createAccessLog(logger);
  const remainingMs = String(timeoutMs - hopMarginMs);

  return (request, response) => {
    const exchange: Exchange = {
      request,
      response,
      requestId: requestIdFrom(request.headers['x-request-id']),
      trace: traceContextFrom(request.headers.traceparent, request.headers.tracestate),
      span: undefined,
      error: undefined,
      route: 'unmatched',
      userId: undefined,
      upstream: undefined,
      sentAt: 0,
      answeredAt: undefined,
    };
    let route: ProxyRoute | undefined;
    try {
      // Node's parser takes 0.9 and 2.0 for 1.1, without the rules of either.
      if (request.httpVersionMajor !== 1)
        throw commonProblems.badRequest({ detail: 'only HTTP/1.0 and 1.1 are spoken' });
      const path = pathOf(request.url ?? '');
      route = findProxyRoute(path);
      if (route === undefined && !isProxied(path)) {
        // Fastify's routes get the same header rules.
        readHeaders(request.rawHeaders);
        return false;
      }
    } catch (error) {
      observe(exchange);
      refuse(exchange, error);
      return true;
    }
    observe(exchange);
    handle(exchange, route).catch((error: unknown) => refuse(exchange, error));
    return true;
  };

  async function handle(exchange: Exchange, route: ProxyRoute | undefined): Promise<void> {
    const { request, response, requestId } = exchange;
    if (route === undefined) throw commonProblems.notFound({ detail: 'there is no such route' });
    exchange.route = route.template;
    const method = request.method ?? 'GET';
    const access = route.methods[method === 'HEAD' ? 'GET' : method];
    if (access === undefined) throw commonProblems.methodNotAllowed({ headers: { allow: allowedMethods(route) } });
    const { forwarded: headers, authorization, hasIdempotencyKey } = readHeaders(request.rawHeaders);
    const client = rateLimit === undefined && !route.passesClientAddress ? '' : clientAddressOf(request);
    rateLimit?.take(client);
    if (access === 'signed-in') {
      const token = bearerToken(authorization);
      // Only a token that we have not seen costs a turn of the event loop.
      const { userId } = verifier.cached(token) ?? (await verifier.verify(token));
      exchange.userId = userId;
      headers.push('authorization', authorization ?? '');
    }
    const reading = readBody(request);
    const body = reading === null ? null : await reading;
    const span = tracing?.start('client', `${method} ${route.upstream}`, exchange.trace, {
      'http.request.method': method,
      'server.address': route.upstream,
      'url.template': route.template,
    });
    const { trace } = span ?? exchange;
    headers.push('x-request-id', requestId, 'traceparent', trace.traceparent, timeoutHeader, remainingMs);
    if (route.passesClientAddress) headers.push(clientAddressHeader, client, serviceKeyHeader, userKey);
    const isRepeatableByKey = route.repeatableByKey === true && method === 'POST';
    const executionId = isRepeatableByKey ? randomUUID() : undefined;
    if (executionId !== undefined) {
      if (!hasIdempotencyKey) headers.push('idempotency-key', executionId);
      headers.push(executionIdHeader, executionId, serviceKeyHeader, orderKey);
    }
    const proxied = {
      method,
      path: request.url ?? '/',
      headers,
      body,
      isRepeatable: method === 'GET' || method === 'HEAD' || isRepeatableByKey,
      onUncertain: () => {
        if (executionId !== undefined) revocations.add({ executionId, requestId, trace });
      },
    };
    exchange.upstream = route.upstream;
    exchange.sentAt = performance.now();
    try {
      await upstreams[route.upstream].send(proxied, response, (status, upstream) => {
        const caching = upstream.includes('cache-control') ? [] : ['cache-control', securityHeaders['cache-control']];
        response.writeHead(status, [...plainSecurityHeaders, ...caching, ...upstream, ...ownHeaders(exchange)]);
      });
      span?.end({ attributes: { 'http.response.status_code': response.statusCode } });
    } catch (error) {
      span?.end({ error });
      throw error;
    } finally {
      exchange.answeredAt = performance.now();
    }
  }

  function ownHeaders({ requestId, trace }: Exchange): string[] {
    const headers = ['x-request-id', requestId, 'traceparent', trace.traceparent];
    return readiness.isDraining ? [...headers, 'connection', 'close'] : headers;
  }

  function refuse(exchange: Exchange, error: unknown): void {
    const { response, requestId } = exchange;
    if (response.destroyed) return;
    const problem = error instanceof ProblemError ? error : commonProblems.internalError({ cause: error });
    if (problem.problem.status >= 500) {
      exchange.error = problem.cause ?? problem;
      logger.error({ err: exchange.error, requestId, traceId: exchange.trace.traceId }, problem.detail);
    }
    if (response.headersSent) return void response.destroy();
    const body = JSON.stringify(problemBody(problem, requestId));
    const type = [
      'content-type',
      'application/problem+json; charset=utf-8',
      'content-length',
      String(Buffer.byteLength(body)),
    ];
    const described = Object.entries({ ...securityHeaders, ...problem.headers }).flat();
    response.writeHead(problem.problem.status, [...described, ...type, ...ownHeaders(exchange)]);
    response.end(body);
  }

  function observe(exchange: Exchange): void {
    const { request, response, requestId } = exchange;
    const started = performance.now();
    const method = request.method ?? 'GET';
    if (tracing !== undefined) {
      const { traceparent, tracestate } = request.headers;
      exchange.span = tracing.start('server', method, callerTrace(traceparent, tracestate), {});
      exchange.trace = exchange.span.trace;
    }
    metrics.requestStarted(method);
    response.once('close', () => {
      const now = performance.now();
      const durationMs = now - started;
      const { statusCode: status, writableFinished } = response;
      const { trace, span, route, error } = exchange;
      metrics.requestFinished(method, route, status, durationMs / 1000);
      span?.end(serverSpanEnd({ method, url: request.url ?? '/', route, status, requestId, error }));
      logAccess({
        requestId,
        traceId: trace.traceId,
        spanId: span && trace.spanId,
        method,
        route,
        status,
        durationMs,
        isAborted: !writableFinished,
        userId: exchange.userId,
        upstream: exchange.upstream,
        upstreamMs: (exchange.answeredAt ?? now) - exchange.sentAt,
      });
    });
  }
}

function isProxied(path: string): boolean {
  return path.startsWith('/api/') || path.startsWith('/internal/') || path.startsWith('/.well-known/');
}
