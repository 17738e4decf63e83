import type { Server, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';
import { createServer } from './node-http.ts';
import { commonProblems, problemBody } from './problem.ts';
import type { Readiness } from './readiness.ts';
import { requestIdFrom } from './request-id.ts';

const jsonType = 'application/json; charset=utf-8';

/** Probes and metrics on a port of their own, never reachable through the gateway. Bare `node:http`: it must work when the app does not. */
export function createManagementServer({ readiness, metrics }: { readiness: Readiness; metrics: Metrics }): Server {
  async function answer(method: string, path: string, requestId: string, response: ServerResponse): Promise<void> {
    const isKnown = path === '/healthz' || path === '/healthz/ready' || path === '/healthz/live' || path === '/metrics';
    if (!isKnown) return sendProblem(response, commonProblems.notFound(), requestId);
    if (method !== 'GET' && method !== 'HEAD') {
      return sendProblem(response, commonProblems.methodNotAllowed({ headers: { allow: 'GET, HEAD' } }), requestId);
    }
    if (path === '/healthz/live') return send(response, 200, jsonType, '{"status":"ok"}');
    if (path === '/metrics') return send(response, 200, metrics.registry.contentType, await metrics.registry.metrics());
    const { isReady, checks } = await readiness.report();
    const failing = Object.keys(checks).filter((name) => checks[name]?.status === 'failed');
    const body = isReady ? { status: 'ok', checks } : { status: 'unavailable', failing, checks };
    send(response, isReady ? 200 : 503, jsonType, JSON.stringify(body));
  }
  return createServer({ requestTimeout: 10_000, keepAliveTimeout: 75_000 }, (request, response) => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    response.setHeader('x-request-id', requestId);
    response.setHeader('cache-control', 'no-store');
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    answer(request.method ?? 'GET', path, requestId, response).catch(() => {
      if (!response.headersSent) sendProblem(response, commonProblems.internalError(), requestId);
      else response.destroy();
    });
  });
}

function sendProblem(
  response: ServerResponse,
  error: ReturnType<typeof commonProblems.notFound>,
  requestId: string,
): void {
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  send(response, error.problem.status, 'application/problem+json', JSON.stringify(problemBody(error, requestId)));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}
