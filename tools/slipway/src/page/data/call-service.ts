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
const OWN_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding', 'x-request-id', 'cookie'];

/** What a form sends. Throws UserError for what is none. */
export function callIn(body: unknown): PageCall {
  const { service, method, path, headers = {}, body: text } = isObject(body) ? body : {};
  if (typeof service !== 'string') throw new UserError('service is no name of a service');
  if (typeof method !== 'string' || !METHODS.includes(method))
    throw new UserError(`method is none of ${METHODS.join(', ')}`);
  if (typeof path !== 'string' || !path.startsWith('/')) throw new UserError('path does not begin with /');
  if (!isObject(headers) || !Object.values(headers).every((value) => typeof value === 'string'))
    throw new UserError('headers are no object of texts');
  const given = Object.entries(headers as Record<string, string>).filter(
    ([name]) => !OWN_HEADERS.includes(name.toLowerCase()),
  );
  return {
    service,
    method,
    path,
    headers: Object.fromEntries(given),
    ...(typeof text === 'string' ? { body: text } : {}),
  };
}

/** Sends a request to the service at `url`, with an id by which it is found in the logs. Throws UserError without an answer. */
export async function callService(
  url: string,
  { service, method, path, headers, body }: PageCall,
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
      signal: AbortSignal.timeout(LIMIT_MS),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      ms: performance.now() - begun,
      requestId: response.headers.get('x-request-id') ?? requestId,
      type: response.headers.get('content-type') ?? '',
      body: text.length > LONGEST_ANSWER ? `${cutText(text, LONGEST_ANSWER)}…` : text,
    };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = isLate ? `no answer within ${LIMIT_MS / 1000} s` : messageOf(cause);
    throw new UserError(`${service} does not answer: ${reason}`);
  }
}
