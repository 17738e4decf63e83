import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ServerResponse } from './node-http.ts';

/**
 * Node by itself answers an Expect that it does not know with a bare 417, and hangs up on CONNECT without a word. Here
 * both are requests like others: the one is served, the other refused as a method that no route has.
 */
export function answerUnusualRequests(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    // Node has let go of the socket: an error on it that nobody hears would end the process.
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    try {
      response.assignSocket(socket);
    } catch {
      // The request before it on this connection is not answered yet, and now it never will.
      return socket.destroy();
    }
    response.once('finish', () => socket.destroySoon());
    server.emit('request', request, response);
  });
}
