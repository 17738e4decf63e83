import { commonProblems } from '@shop/service-kit/problem';

/** What a service may hear from a client. Hop-by-hop, identity and forwarding headers are not among it. */
const forwarded = new Set([
  'accept',
  'accept-language',
  'content-encoding',
  'content-type',
  'idempotency-key',
  'user-agent',
  'tracestate',
]);
const single = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'transfer-encoding',
]);

export type ClientHeaders = {
  /** Names and values by turns, as undici takes them. */
  forwarded: string[];
  authorization: string | undefined;
  hasIdempotencyKey: boolean;
  contentType: string | undefined;
};

/** Reads the raw header list once. More than one of a header that decides something is refused, not merged. */
export function readHeaders(raw: readonly string[]): ClientHeaders {
  const result: ClientHeaders = {
    forwarded: [],
    authorization: undefined,
    hasIdempotencyKey: false,
    contentType: undefined,
  };
  const seen: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    if (single.has(name)) {
      if (seen.includes(name)) throw commonProblems.badRequest({ detail: `there is more than one ${name} header` });
      seen.push(name);
      if (name === 'authorization') result.authorization = value;
      else if (name === 'content-type') result.contentType = value;
      else if (name === 'idempotency-key') result.hasIdempotencyKey = true;
      else if (name === 'transfer-encoding' && value.toLowerCase() !== 'chunked')
        throw commonProblems.badRequest({ detail: 'the only transfer encoding is chunked' });
    }
    // Node reads header bytes as Latin-1; beyond ASCII they are nothing that a service would take.
    if (forwarded.has(name) && isPlain(value)) result.forwarded.push(name, value);
  }
  if (seen.includes('content-length') && seen.includes('transfer-encoding')) {
    throw commonProblems.badRequest({ detail: 'Content-Length and Transfer-Encoding exclude each other' });
  }
  return result;
}

function isPlain(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
