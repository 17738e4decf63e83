import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeError, UserError } from '@slipway/util/errors';
import { actionIn } from '../data/action-in.ts';
import { callIn } from '../data/call-service.ts';
import type { PageData } from '../data/page-data.ts';
import { readBody } from './read-body.ts';
import { clientAssets, type Asset } from './client-assets.ts';
import { QUERIES } from './page-queries.ts';
import { refuse, sendAsset, sendJson } from './responses.ts';
import { openSession } from './session.ts';

export type PageServer = {
  /** Opens the page in a browser; everyone with the link sees the stack. */
  link: string;
  /** Where services send their spans, and the header that lets them. */
  telemetry: { endpoint: string; headers: string };
  /** What the page shows; before that there is only the address. */
  show(data: PageData): void;
  /** Ends every connection. */
  close(): Promise<void>;
};

/** Takes spans that a client sends; the server has checked its credentials. */
export type TelemetryReceiver = (
  body: Buffer,
  contentType: string,
  data: PageData,
) => { status: number; type: string; body: string | Uint8Array };

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
/** Sent by the page itself: a refresh is a navigation of our own, so the strict cookie comes with it. */
const ENTRY: Asset = {
  type: 'text/html; charset=utf-8',
  body: Buffer.from(
    '<!doctype html><meta http-equiv="refresh" content="0;url=/"><link rel="icon" href="/icon.svg"><title>slipway</title>',
  ),
  gzip: Buffer.alloc(0),
};
const LONGEST_ACTION = 4096;
const LONGEST_CALL = 1024 * 1024;
const LONGEST_TELEMETRY = 8 * 1024 * 1024;
const MOST_LISTENERS = 20;

/** Serves the page on a free port of 127.0.0.1. */
export async function startPageServer(receive?: TelemetryReceiver): Promise<PageServer> {
  const assets = await clientAssets();
  let data: PageData | undefined;
  const listeners = new Set<ServerResponse>();

  const server = createServer({ requestTimeout: 30_000, keepAliveTimeout: 20_000 });
  await listenOnLoopback(server);
  const { port } = server.address() as AddressInfo;
  const session = openSession(port);
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    answer(request, response).catch((error: unknown) => {
      const isOurs = !(error instanceof UserError);
      if (response.headersSent) response.destroy();
      else sendJson(response, isOurs ? 500 : 409, { error: describeError(error) });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = request.url ?? '/';
    if (!URL.canParse(address, 'http://page')) return refuse(response, session.refusal(request) ?? 400);
    const url = new URL(address, 'http://page');
    if (url.pathname === '/v1/traces' && request.method === 'POST' && receive !== undefined) {
      if (!session.hasBearer(request)) return refuse(response, 401);
      return takeTelemetry(request, response);
    }
    const refusal = session.refusal(request);
    if (refusal !== 403 && request.method === 'GET' && session.isEntry(url.pathname)) {
      response.setHeader('set-cookie', session.cookie);
      return sendAsset(request, response, ENTRY);
    }
    if (refusal !== undefined) return refuse(response, refusal);
    if (request.method === 'POST' && url.pathname === '/api/act') return act(request, response);
    if (request.method === 'POST' && url.pathname === '/api/call') return call(request, response);
    if (request.method !== 'GET') return refuse(response, 405);
    const known = assets.get(url.pathname);
    if (known !== undefined) return sendAsset(request, response, known);
    if (url.pathname === '/api/events') return listen(response);
    const query = /^\/api\/(\w+)$/.exec(url.pathname)?.[1];
    const ask = Object.hasOwn(QUERIES, query ?? '') ? QUERIES[query!] : undefined;
    if (ask === undefined || data === undefined) return refuse(response, 404);
    const result = await ask(data, url.searchParams);
    if (result === undefined) return refuse(response, 404);
    sendJson(response, 200, result);
  }

  async function act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJsonBody(request, response, LONGEST_ACTION);
    if (body === undefined) return;
    await data!.act(actionIn(body.value));
    sendJson(response, 200, {});
  }

  async function call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJsonBody(request, response, LONGEST_CALL);
    if (body !== undefined) sendJson(response, 200, await data!.call(callIn(body.value)));
  }

  /** Undefined when it was refused. */
  async function readJsonBody(
    request: IncomingMessage,
    response: ServerResponse,
    longest: number,
  ): Promise<{ value: unknown } | undefined> {
    const refused = (status: number) => void refuse(response, status);
    if (data === undefined || request.headers['content-type'] !== 'application/json') return refused(415);
    const body = await readBody(request, longest);
    return body === undefined ? refused(413) : { value: parse(body) };
  }

  async function takeTelemetry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, LONGEST_TELEMETRY);
    if (body === undefined) return refuse(response, 413);
    if (data === undefined || receive === undefined) return refuse(response, 503);
    const result = receive(body, request.headers['content-type'] ?? '', data);
    response.writeHead(result.status, { 'content-type': result.type }).end(result.body);
  }

  /** Server-sent events: something is new. What it is, the page asks for, with the filters that it shows. */
  function listen(response: ServerResponse): void {
    if (data === undefined || listeners.size >= MOST_LISTENERS) return refuse(response, 503);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const say = () => {
      // A browser that does not read must not make us collect.
      if (response.writableLength === 0) response.write('data: news\n\n');
    };
    response.write(': hello\n\n');
    listeners.add(response);
    const end = data.onNews(say);
    response.on('close', () => {
      end();
      listeners.delete(response);
    });
  }

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const ended = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await ended;
  };
  const origin = `http://127.0.0.1:${port}`;
  return {
    link: `${origin}${session.entryPath}`,
    telemetry: { endpoint: origin, headers: `authorization=Bearer ${session.bearer}` },
    show: (shown) => (data = shown),
    close: () => (closed ??= close()),
  };
}

async function listenOnLoopback(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new UserError('the body is not JSON');
  }
}
