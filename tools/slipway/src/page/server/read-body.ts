import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** The body of a request; undefined when it is longer than `longest` bytes, packed or not, or cannot be unpacked. */
export async function readBody(request: IncomingMessage, longest: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longest) return undefined;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  try {
    return gunzipSync(body, { maxOutputLength: longest });
  } catch {
    return undefined;
  }
}
