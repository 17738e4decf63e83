import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type UpstreamRequest = {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
};
export type UpstreamHandler = (request: UpstreamRequest, response: ServerResponse) => void | Promise<void>;

export type Upstream = {
  url: string;
  port: number;
  requests: UpstreamRequest[];
  /** Replaces what it answers. */
  answer(handler: UpstreamHandler): void;
  close(): Promise<void>;
};

/** A server that a test makes answer whatever it likes, and that remembers what it was asked. */
export async function startUpstream(handler: UpstreamHandler, port = 0): Promise<Upstream> {
  const requests: UpstreamRequest[] = [];
  let current = handler;
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers, rawHeaders } = request;
    const received = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
    requests.push(received);
    await current(received, response);
  };
  const server = createServer((request, response) => void respond(request, response));
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    answer(next) {
      current = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
