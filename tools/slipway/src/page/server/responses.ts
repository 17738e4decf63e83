import type { IncomingMessage, ServerResponse } from 'node:http';
import { masked } from '@slipway/util/secret-mask';
import type { Asset } from './client-assets.ts';

/** Whoever has no business here learns nothing, not even what this is. */
export function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  // The last check: the text of a foreign error may contain a secret.
  const body = masked(JSON.stringify(value));
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

export function sendAsset(request: IncomingMessage, response: ServerResponse, { type, body, gzip }: Asset): void {
  const isZipped = gzip.length > 0 && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const content = isZipped ? gzip : body;
  response
    .writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    })
    .end(content);
}
