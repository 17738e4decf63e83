import { randomUUID } from 'node:crypto';
import { messageOf, UserError } from '@slipway/util/errors';
import { isObject } from '../../util/json-object.ts';
import { cutText } from './cut-text.ts';
import type { PageCall, PageCallAnswer } from './page-api.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const LIMIT_MS = 30_000;
/** Of an answer, characters. */
const LONGEST_ANSWER = 256 * 1024;
/** What HTTP or the call itself decides. */
const OWN_HEADERS =
  'host connection keep-alive content-length transfer-encoding expect upgrade x-request-id cookie'.split(' ');

/** What a form sends. Throws UserError for what is none. */
export function callIn(body: unknown): PageCall {
  const { service, method, path, headers = {}, body: text } = isObject(body) ? body : {};
  if (typeof service !== 'string') throw new UserError('service is no name of a service');
  if (typeof method !== 'string' || !METHODS.includes(method))
    throw new UserError(`method is none of ${METHODS.join(', ')}`);
  if (typeof path !== 'string' || !path.startsWith('/')) throw new UserError('path does not begin with /');
  if (text !== undefined && typeof text !== 'string') throw new UserError('body is no text');
  const hasBody = text !== undefined && text !== '';
  if (hasBody && (method === 'GET' || method === 'HEAD')) throw new UserError(`${method} takes no body`);
  return { service, method, path, headers: headersIn(headers), ...(hasBody ? { body: text } : {}) };
}

/** By their names in lower case, so that one that is given takes the place of a default. */
function headersIn(headers: unknown): Record<string, string> {
  if (!isObject(headers)) throw new UserError('headers are no object of texts');
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (typeof value !== 'string') throw new UserError('headers are no object of texts');
    return OWN_HEADERS.includes(name.toLowerCase()) ? [] : [[name, value]];
  });
  try {
    return Object.fromEntries(new Headers(given));
  } catch (error) {
    throw new UserError(`headers: ${messageOf(error)}`);
  }
}

/**
 * Sends a request to the service at `url`, with an id by which it is found in the logs; `signal` ends it. Throws
 * UserError without an answer.
 */
export async function callService(
  url: string,
  { service, method, path, headers, body }: PageCall,
  signal: AbortSignal,
): Promise<PageCallAnswer> {
  const target = new URL(`${url}${path}`);
  // `@other.host/` behind a port would be another host.
  if (target.origin !== new URL(url).origin) throw new UserError('path leads away from the service');
  const requestId = `page-${randomUUID()}`;
  const begun = performance.now();
  try {
    const response = await fetch(target, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        'x-request-id': requestId,
        connection: 'close',
      },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
      ...(body === undefined ? {} : { body }),
    });
    const text = await beginningOf(response);
    return {
      status: response.status,
      ms: performance.now() - begun,
      requestId: response.headers.get('x-request-id') ?? requestId,
      type: response.headers.get('content-type') ?? '',
      body: text,
    };
  } catch (error) {
    const reason = signal.aborted ? 'the page was closed meanwhile' : reasonOf(error);
    throw new UserError(`${service} does not answer: ${reason}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  if (error.name === 'TimeoutError') return `no answer within ${LIMIT_MS / 1000} s`;
  return messageOf(error.cause instanceof Error ? error.cause : error);
}

/** The text of an answer; of a longer one the beginning, and the rest is not read. */
async function beginningOf({ body }: Response): Promise<string> {
  let text = '';
  if (body === null) return text;
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.length > LONGEST_ANSWER) return `${cutText(text, LONGEST_ANSWER)}…`;
  }
  return text;
}
