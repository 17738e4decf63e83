import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { LogLevel } from './log-level.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createServer } from '../http/node-http.ts';
import { commonProblems, problemBody, ProblemError } from '../http/problem.ts';
import type { Readiness } from './readiness.ts';
import { requestIdFrom } from '../http/request-id.ts';

type ManagementOptions = { logger: Logger; readiness: Readiness; metrics: Metrics };

type Answer = { status: number; type: string; body: string };

type Route = Record<string, (request: IncomingMessage) => Answer | Promise<Answer>>;

const longestBody = 1024;

/**
 * Probes, metrics and the log level on a port of their own, never reachable through the gateway. Bare `node:http`: it
 * must work when the app does not.
 */
export function createManagementServer({ logger, readiness, metrics }: ManagementOptions): Server {
  const logLevel = new LogLevel(logger);
  const ready = { GET: () => readinessAnswer(readiness) };
  const routes = new Map<string, Route>([
    ['/healthz', ready],
    ['/healthz/ready', ready],
    ['/healthz/live', { GET: () => json(200, { status: 'ok' }) }],
    [
      '/metrics',
      {
        GET: async () => ({
          status: 200,
          type: metrics.registry.contentType,
          body: await metrics.registry.metrics(),
        }),
      },
    ],
    [
      '/log-level',
      {
        GET: () => json(200, logLevel.state),
        PUT: async (request) => json(200, logLevel.change(await readJson(request))),
      },
    ],
  ]);

  async function answer(request: IncomingMessage): Promise<Answer> {
    const route = routes.get((request.url ?? '/').split('?', 1)[0] ?? '/');
    if (route === undefined) throw commonProblems.notFound();
    const handler = route[request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')];
    if (handler !== undefined) return handler(request);
    const allow = Object.keys(route).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    throw commonProblems.methodNotAllowed({ headers: { allow: allow.join(', ') } });
  }

  return createServer({ requestTimeout: 10_000, keepAliveTimeout: 75_000 }, (request, response) => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    response.setHeader('x-request-id', requestId);
    response.setHeader('cache-control', 'no-store');
    answer(request).then(
      (given) => send(response, given),
      (error: unknown) => {
        const problem = error instanceof ProblemError ? error : commonProblems.internalError({ cause: error });
        if (problem.problem.status >= 500) logger.error({ err: error, requestId }, 'a management request failed');
        for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
        const body = JSON.stringify(problemBody(problem, requestId));
        send(response, { status: problem.problem.status, type: 'application/problem+json', body });
      },
    );
  });
}

async function readinessAnswer(readiness: Readiness): Promise<Answer> {
  const { isReady, checks } = await readiness.reportToProbe();
  const failing = Object.keys(checks).filter((name) => checks[name]?.status === 'failed');
  return isReady ? json(200, { status: 'ok', checks }) : json(503, { status: 'unavailable', failing, checks });
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!(Number(request.headers['content-length']) <= longestBody))
    throw commonProblems.payloadTooLarge({ detail: `the body must say its length, at most ${longestBody} bytes` });
  const body = await text(request);
  try {
    return JSON.parse(body);
  } catch (error) {
    throw commonProblems.malformedJson({ cause: error });
  }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}
