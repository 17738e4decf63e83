import type { Socket } from 'node:net';
import { STATUS_CODES } from './node-http.ts';
import { isStopped } from './stop-parsing.ts';

const statusByCode: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Refuses what is no request. A connection that we have stopped ourselves keeps the answers that are due to it. */
export function answerClientError({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (isStopped(socket) || code === 'ECONNRESET' || socket.destroyed) return;
  const status = statusByCode[code] ?? 400;
  if (socket.writable) socket.write(answerOf(status, STATUS_CODES[status]));
  socket.destroy();
}

function answerOf(status: number, title = ''): string {
  const body = JSON.stringify({ type: 'about:blank', title, status });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
