import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

type OnIncoming = (request: IncomingMessage, shouldKeepAlive: boolean) => number;
type ParsedSocket = Socket & { parser?: { onIncoming?: OnIncoming | null } | null; [stopped]?: true };

const stopped = Symbol('stopped');
/** Any answer that llhttp does not know ends its run as an error. */
const endOfRun = -1;

/**
 * Lets `stopParsing` end the parser's run. Node parses what it has read, up to 64 KiB and so 1,400 requests, in one go and
 * for 30 ms, whatever becomes of the socket meanwhile; only the answer of this callback ends that. Node does not document
 * it: should it be gone, the rest of a buffer is parsed as ever, and a test says so.
 */
export function allowStopping(server: Server): void {
  server.on('connection', ({ parser }: ParsedSocket) => {
    const onIncoming = parser?.onIncoming;
    if (!parser || !onIncoming) return;
    parser.onIncoming = (request, shouldKeepAlive) => {
      const answer = onIncoming(request, shouldKeepAlive);
      return isStopped(request.socket) ? endOfRun : answer;
    };
  });
}

/** No request after the current one is parsed, or read. Those before it can still be answered. */
export function stopParsing(socket: Socket): void {
  (socket as ParsedSocket)[stopped] = true;
  socket.pause();
}

export function isStopped(socket: Socket): boolean {
  return (socket as ParsedSocket)[stopped] === true;
}
