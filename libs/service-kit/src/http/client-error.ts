import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { STATUS_CODES } from './node-http.ts';
import { isStopped, stopParsing } from './stop-parsing.ts';

/** Node keeps here the answer whose turn it is. It does not document it; its own handler of this event reads it. */
type HttpSocket = Socket & { _httpMessage?: ServerResponse | null };

const statusByCode: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Refuses what is no request. A connection that we have stopped ourselves keeps the answers that are due to it. */
export function answerClientError({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (isStopped(socket) || code === 'ECONNRESET' || socket.destroyed) return;
  stopParsing(socket);
  refuse(socket, statusByCode[code] ?? 400);
}

/** After the answers that are due: before them it would pass for one of theirs, of an order that was placed all the same. */
function refuse(socket: HttpSocket, status: number): void {
  const underWay = socket._httpMessage;
  // Whoever asked for an end has it, once the last answer has gone out.
  if (!socket.writable) return;
  if (underWay?.req.complete === true) {
    underWay.once('close', () => refuse(socket, status));
    return;
  }
  if (underWay?.headersSent !== true) socket.write(answerOf(status, STATUS_CODES[status]));
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
