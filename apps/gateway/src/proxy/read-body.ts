import { maxBodyBytes } from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';
import { bytesOf, type ClientConnection, type Turn } from '../clients/client-connection.ts';
import { OverloadError } from '../overload.ts';

const firstSize = 4096;
/** What is still read of a body that was refused, so that its client hears why; pieces cost more than their bytes. */
const mostDrained = 8 * 1_048_576;
const pieceBytes = 512;
/** A body in single bytes costs a thousand times as much as it is long: of one in more pieces nothing else is read. */
const mostPieces = 4096;

/**
 * The whole body, which is small by contract: a slow client then holds no connection of a service, and a request that
 * was never sent can be sent again. null: it has none, and nothing need be awaited.
 */
export function readBody({ request, response }: Turn, connection: ClientConnection): Promise<Buffer> | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return null;
  if (length !== undefined && Number(length) > maxBodyBytes) return Promise.reject(commonProblems.payloadTooLarge());
  return new Promise((resolve, reject) => {
    const base = bytesOf(request);
    // One buffer that grows: a list of chunks would cost a client's one byte some two hundred of ours.
    let body = Buffer.allocUnsafeSlow(length === undefined ? firstSize : Math.min(firstSize, Number(length)));
    let size = 0;
    let pieces = 0;
    connection.take(base + body.length);

    function fail(error: Error): void {
      request.removeAllListeners('data');
      let drained = 0;
      request.on('data', (chunk: Buffer) => {
        drained += chunk.length + pieceBytes;
        if (drained > mostDrained) request.socket.destroy();
      });
      body = Buffer.alloc(0);
      connection.take(0);
      reject(error);
    }

    connection.onEvicted = () => fail(new OverloadError('memory'));
    request.on('data', (chunk: Buffer) => {
      const needed = size + chunk.length;
      if (needed > maxBodyBytes) return fail(commonProblems.payloadTooLarge());
      if (++pieces > mostPieces) {
        connection.stopReading(response, 'pieces');
        return fail(commonProblems.badRequest({ detail: 'the body comes in too many pieces' }));
      }
      if (needed > body.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(maxBodyBytes, Math.max(needed, body.length * 2)));
        body.copy(larger, 0, 0, size);
        body = larger;
        connection.take(base + body.length);
      }
      chunk.copy(body, size);
      size = needed;
    });
    const onClose = () => reject(new Error('the client went away'));
    request.once('end', () => {
      // An error, with its stack, for each request that ends as it should would cost more than reading it.
      request.off('close', onClose);
      connection.onEvicted = undefined;
      resolve(body.subarray(0, size));
    });
    request.once('error', reject);
    request.once('close', onClose);
  });
}
