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
  callerTrace,
  serverSpanEnd,
  traceContextFrom,
  UNMATCHED,
  type Logger,
  type Metrics,
  type Readiness,
  type Span,
  type TokenVerifier,
  type TraceContext,
  type Tracing,
} from '@shop/service-kit';
import { commonProblems, problemBody, ProblemError } from '@shop/service-kit/problem';
import type { ClientConnection } from '../clients/client-connection.ts';
import { OverloadError, type Overload, type RefusalReason } from '../overload.ts';
import type { ClientAddressOf } from './client-address.ts';
import type { ClientShares } from './client-shares.ts';
import { readHeaders } from './forwarded-headers.ts';
import type { RateLimit } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import { pathOf } from './request-target.ts';
import type { Revocations } from './revocations.ts';
import { allowedMethods, findProxyRoute, type ProxyRoute } from './route-table.ts';
import type { Upstream } from './upstream.ts';
import type { UpstreamName } from './upstream-urls.ts';

type ProxyOptions = {
  upstreams: Record<UpstreamName, Upstream>;
  verifier: TokenVerifier;
  userKey: string;
  orderKey: string;
  revocations: Revocations;
  overload: Overload;
  clientAddressOf: ClientAddressOf;
  shares: ClientShares;
  rateLimit: RateLimit | undefined;
  logger: Logger;
  metrics: Metrics;
  tracing?: Tracing | undefined;
  readiness: Readiness;
};

/** As Node takes them without a look at each: names and values by turns. A service may allow caching. */
const plainSecurityHeaders = Object.entries(securityHeaders)
  .filter(([name]) => name !== 'cache-control')
  .flat();

type Visit = {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
  trace: TraceContext;
  /** Only while traces are exported. */
  span: Span | undefined;
  /** Why the answer is a 5xx. */
  error: unknown;
  /** Why it was not taken on. */
  reason: RefusalReason | undefined;
  route: string;
  userId: string | undefined;
  upstream: UpstreamName | undefined;
  sentAt: number;
  answeredAt: number | undefined;
};

export type GatewayProxy = {
  /** Returns false for what Fastify serves. */
  serve(request: IncomingMessage, response: ServerResponse, client: ClientConnection): boolean;
  refuse(request: IncomingMessage, response: ServerResponse, error: OverloadError): void;
};

/** The fast lane: requests for proxied routes do not pass through Fastify, which would cost as much again as the rest. */
export function createProxy(options: ProxyOptions): GatewayProxy {
  const { upstreams, verifier, userKey, orderKey, revocations, overload } = options;
  const { clientAddressOf, shares, rateLimit, logger, metrics, tracing, readiness } = options;
  const logAccess = createAccessLog(logger);

  function start(request: IncomingMessage, response: ServerResponse): Visit {
    return {
      request,
      response,
      requestId: requestIdFrom(request.headers['x-request-id']),
      trace: traceContextFrom(request.headers.traceparent, request.headers.tracestate),
      span: undefined,
      error: undefined,
      reason: undefined,
      route: UNMATCHED,
      userId: undefined,
      upstream: undefined,
      sentAt: 0,
      answeredAt: undefined,
    };
  }

  function serve(request: IncomingMessage, response: ServerResponse, client: ClientConnection): boolean {
    const visit = start(request, response);
    let route: ProxyRoute | undefined;
    let error: unknown;
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
    } catch (thrown) {
      error = thrown;
    }
    client.onEnd = observe(visit);
    if (error !== undefined) answerProblem(visit, error);
    else handle(visit, route, client).catch((failure: unknown) => answerProblem(visit, failure));
    return true;
  }

  function refuse(request: IncomingMessage, response: ServerResponse, error: OverloadError): void {
    const visit = start(request, response);
    response.once('close', observe(visit));
    answerProblem(visit, error);
  }

  async function handle(visit: Visit, route: ProxyRoute | undefined, client: ClientConnection): Promise<void> {
    const { request, response, requestId } = visit;
    if (route === undefined) throw commonProblems.notFound({ detail: 'there is no such route' });
    visit.route = route.template;
    const method = request.method ?? 'GET';
    const access = route.methods[method === 'HEAD' ? 'GET' : method];
    if (access === undefined) throw commonProblems.methodNotAllowed({ headers: { allow: allowedMethods(route) } });
    const { forwarded: headers, authorization, hasIdempotencyKey } = readHeaders(request.rawHeaders);
    const needsAddress = rateLimit !== undefined || route.passesClientAddress === true || route.isCostly === true;
    const address = needsAddress ? clientAddressOf(request) : '';
    rateLimit?.take(address);
    if (access === 'signed-in') {
      const token = bearerToken(authorization);
      // Only a token that we have not seen costs a turn of the event loop.
      const { userId } = verifier.cached(token) ?? (await verifier.verify(token));
      visit.userId = userId;
      headers.push('authorization', authorization ?? '');
    }
    const reading = readBody(visit, client);
    const body = reading === null ? null : await reading;
    // Not before its body is there: one that drips would take the turns of others at the same address.
    if (route.isCostly) response.once('close', shares.enter(address));
    const span = tracing?.start('client', `${method} ${route.upstream}`, visit.trace, {
      'http.request.method': method,
      'server.address': route.upstream,
      'url.template': route.template,
    });
    const { trace } = span ?? visit;
    headers.push('x-request-id', requestId, 'traceparent', trace.traceparent);
    if (route.passesClientAddress) headers.push(clientAddressHeader, address, serviceKeyHeader, userKey);
    const isSafe = method === 'GET' || method === 'HEAD';
    const isRepeatableByKey = route.repeatableByKey === true && method === 'POST';
    const executionId = isRepeatableByKey ? randomUUID() : undefined;
    if (executionId !== undefined) {
      if (!hasIdempotencyKey) headers.push('idempotency-key', executionId);
      headers.push(executionIdHeader, executionId, serviceKeyHeader, orderKey);
    }
    visit.upstream = route.upstream;
    visit.sentAt = performance.now();
    try {
      await upstreams[route.upstream].send({
        method,
        path: request.url ?? '/',
        headers,
        // With a read it means nothing, and the connection of one that has a body is not used again.
        body: isSafe ? null : body,
        response,
        client,
        isRepeatable: isSafe || isRepeatableByKey,
        isAbandonable: isSafe || route.isAbandonable === true,
        writeHead: (status, answered) => {
          const caching = answered.includes('cache-control') ? [] : ['cache-control', securityHeaders['cache-control']];
          response.writeHead(status, [...plainSecurityHeaders, ...caching, ...answered, ...ownHeaders(visit)]);
        },
        onUncertain: () => {
          if (executionId !== undefined) revocations.add({ executionId, requestId, trace });
        },
      });
      span?.end({ attributes: { 'http.response.status_code': response.statusCode } });
    } catch (error) {
      span?.end({ error });
      throw error;
    } finally {
      visit.answeredAt = performance.now();
    }
  }

  function ownHeaders({ requestId, trace }: Visit): string[] {
    const headers = ['x-request-id', requestId, 'traceparent', trace.traceparent];
    return readiness.isDraining ? [...headers, 'connection', 'close'] : headers;
  }

  function answerProblem(visit: Visit, error: unknown): void {
    const { response, requestId } = visit;
    if (response.destroyed) return;
    const problem = error instanceof ProblemError ? error : commonProblems.internalError({ cause: error });
    if (problem instanceof OverloadError) {
      // Its line in the access log says why: under a flood another one, with a stack, would be a flood of its own.
      visit.reason = problem.reason;
      visit.error = problem;
      overload.refused(problem.reason);
    } else if (problem.problem.status >= 500) {
      visit.error = problem.cause ?? problem;
      logger.error({ err: visit.error, requestId, traceId: visit.trace.traceId }, problem.detail);
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
    response.writeHead(problem.problem.status, [...described, ...type, ...ownHeaders(visit)]);
    response.end(body);
  }

  function observe(visit: Visit): () => void {
    const { request, response, requestId } = visit;
    const started = performance.now();
    const method = request.method ?? 'GET';
    if (tracing !== undefined) {
      const { traceparent, tracestate } = request.headers;
      visit.span = tracing.start('server', method, callerTrace(traceparent, tracestate), {});
      visit.trace = visit.span.trace;
    }
    metrics.requestStarted(method);
    return () => {
      const now = performance.now();
      const durationMs = now - started;
      const { statusCode: status, writableFinished } = response;
      const { trace, span, route, error } = visit;
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
        userId: visit.userId,
        upstream: visit.upstream,
        upstreamMs: (visit.answeredAt ?? now) - visit.sentAt,
        reason: visit.reason,
      });
    };
  }

  return { serve, refuse };
}

function isProxied(path: string): boolean {
  return path.startsWith('/api/') || path.startsWith('/internal/') || path.startsWith('/.well-known/');
}
