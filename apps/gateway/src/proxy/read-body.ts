import type { IncomingMessage } from 'node:http';
import { maxBodyBytes } from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';

/**
 * The whole body, which is small by contract: a slow client then holds no connection of a service, and a request that
 * was never sent can be sent again. null: it has none, and nothing need be awaited.
 */
export function readBody(request: IncomingMessage): Promise<Buffer> | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return null;
  if (length !== undefined && Number(length) > maxBodyBytes) return Promise.reject(commonProblems.payloadTooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBodyBytes) {
        request.removeAllListeners('data');
        request.resume();
        reject(commonProblems.payloadTooLarge());
      } else chunks.push(chunk);
    });
    request.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client went away')));
  });
}
