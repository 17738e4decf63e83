import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, LogController, type FastifyReply, type FastifyRequest, type FastifyServerFactory } from 'fastify';
import type { App } from './http/app-type.ts';
import { knownIdentity } from './auth/require-user.ts';
import type { AcceptedKeys } from './auth/service-credential.ts';
import { answerClientError } from './http/client-error.ts';
import { answerFrameworkError, handleError } from './http/error-handler.ts';
import { addJsonParser } from './http/json-parser.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import { openApiRoutes } from './http/openapi-routes.ts';
import { commonProblems } from './http/problem.ts';
import type { Readiness } from './lifecycle/readiness.ts';
import { requestIdFrom } from './http/request-id.ts';
import { RouteIndex } from './http/route-index.ts';
import { securityHeaders } from './http/security-headers.ts';
import { scopeOf } from './http/request-context.ts';
import { UNMATCHED } from './observability/unmatched.ts';
import { roundMs, runInScope, scopeFields } from './observability/request-scope.ts';
import { serverSpanEnd } from './observability/tracing/server-span.ts';
import type { Tracing } from './observability/tracing.ts';
import { answerUnusualRequests } from './http/unusual-requests.ts';
import { createValidatorCompiler } from './http/validator-compiler.ts';

type AppOptions = {
  logger: Logger;
  metrics: Metrics;
  readiness: Readiness;
  tracing?: Tracing | undefined;
  /** Whoever asks for a path under `/internal/` must show one of these, also where there is no such route. */
  internalKeys?: AcceptedKeys;
  /** Serves the routes as an OpenAPI document of this title. */
  title?: string;
  serverFactory?: FastifyServerFactory;
};

export const maxBodyBytes = 65_536;
/** Longer than a caller keeps an idle connection, so that it is always the caller who closes one. */
export const serverTimeouts = { keepAliveTimeout: 75_000, requestTimeout: 30_000, headersTimeout: 30_000 };

/**
 * A Fastify instance with the conventions that all services share; routes are the service's own. What a route's response
 * schema does not declare is left out of the answer.
 */
export async function createApp({
  logger,
  metrics,
  readiness,
  tracing,
  internalKeys,
  title,
  serverFactory,
}: AppOptions): Promise<App> {
  const app = fastify({
    loggerInstance: logger,
    // One line per request, ours, instead of two.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestIdHeader: false,
    genReqId: (request) => requestIdFrom(request.headers['x-request-id']),
    // The first to see a request: its scope is opened here.
    childLoggerFactory: (parent, bindings, _options, request) => {
      const { trace, span } = scopeOf(request, tracing);
      const spanField = span === undefined ? {} : { spanId: trace.spanId };
      return parent.child({ ...bindings, traceId: trace.traceId, ...spanField });
    },
    bodyLimit: maxBodyBytes,
    ...serverTimeouts,
    // Requests that arrive while we drain are served; see shutdown.ts.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: (error, request, reply) => {
      prepare(request, reply);
      answerFrameworkError(error, request, reply);
    },
    ...(serverFactory === undefined ? {} : { serverFactory }),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  answerUnusualRequests(app.server);
  const routes = new RouteIndex();
  app.addHook('onRoute', (route) => {
    if (route.config?.isUnlisted !== true) routes.add(route.method, route.url);
  });

  function prepare(request: FastifyRequest, reply: FastifyReply): void {
    metrics.requestStarted(request.method);
    // Not Fastify's onResponse, which does not come when the client goes away before the answer.
    reply.raw.once('close', () => finish(request, reply));
    reply.headers({
      ...securityHeaders,
      'x-request-id': request.id,
      traceparent: scopeOf(request.raw).trace.traceparent,
    });
  }

  function finish(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.routeOptions.url ?? UNMATCHED;
    const durationMs = reply.elapsedTime;
    const scope = scopeOf(request.raw);
    // What still waits on its behalf is not begun any more.
    if (!reply.raw.writableFinished) scope.caller.leave();
    metrics.requestFinished(request.method, route, reply.statusCode, durationMs / 1000);
    const line = {
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: roundMs(durationMs),
      ...scopeFields(scope),
      ...userField(request),
      ...(reply.raw.writableFinished ? {} : { isAborted: true }),
    };
    endSpan(request, route, reply.statusCode);
    if (reply.statusCode >= 500) request.log.warn(line, 'request finished');
    else request.log.info(line, 'request finished');
  }

  app.addHook('onRequest', (request, reply, next) => {
    prepare(request, reply);
    const done = (error?: Error) => runInScope(scopeOf(request.raw), () => next(error));
    if (internalKeys !== undefined && request.raw.url?.startsWith('/internal/')) {
      const refusal = internalKeys.refusal(request);
      if (refusal !== undefined) return done(refusal);
    }
    // Here and not in a not-found handler, which would read and judge the body first.
    // The router lets `/things/` be `/things/:id` with an empty id.
    if (request.is404 || isDirectory(request.raw.url ?? '/'))
      return done(routes.refusal(request.method, request.raw.url ?? '/'));
    done(
      hasUndecodableQuery(request.raw.url ?? '')
        ? commonProblems.badRequest({ detail: 'the query cannot be decoded' })
        : undefined,
    );
  });
  // What reads the body runs on behalf of the connection.
  app.addHook('preValidation', (request, _reply, done) => runInScope(scopeOf(request.raw), done));
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (readiness.isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.setErrorHandler(handleError);
  app.setValidatorCompiler(createValidatorCompiler());
  addJsonParser(app);
  if (title !== undefined) openApiRoutes(app, title);
  return app;
}

function endSpan(request: FastifyRequest, route: string, status: number): void {
  const { span, error } = scopeOf(request.raw);
  span?.end(
    serverSpanEnd({ method: request.method, url: request.raw.url ?? '/', route, status, requestId: request.id, error }),
  );
}

function userField(request: FastifyRequest): { userId?: string } {
  const userId = knownIdentity(request)?.userId;
  return userId === undefined ? {} : { userId };
}

function isDirectory(url: string): boolean {
  const end = url.indexOf('?');
  return url.charAt((end < 0 ? url.length : end) - 1) === '/' && end !== 1 && url.length > 1;
}

function hasUndecodableQuery(url: string): boolean {
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('%', start)) return false;
  try {
    return decodeURIComponent(url.slice(start)).includes('\0');
  } catch {
    return true;
  }
}
