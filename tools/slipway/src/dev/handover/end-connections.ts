import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';

const LOOK_MS = 10;

/**
 * Ends each connection of these servers after the answer that is on its way: a client that keeps its connection busy
 * would go on hearing this program, which has a successor.
 */
export function endConnections(servers: Iterable<Server>): void {
  const http = [...servers].filter(isHttp);
  for (const server of http) {
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  }
  setInterval(() => http.forEach((server) => server.closeIdleConnections()), LOOK_MS).unref();
}

function isHttp(server: Server): server is HttpServer {
  return 'closeIdleConnections' in server;
}
