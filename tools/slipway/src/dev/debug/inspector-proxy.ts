import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type Connect, openSession } from './inspector.ts';
import { type SourceMaps, withLocalMap } from './source-maps.ts';

export type InspectorProxy = { port: number; url: string; close: () => void };

type Options = { port: number; id: string; title: string; maps: SourceMaps };

/** Lets debuggers of this machine reach an inspector elsewhere, and find the sources here. On the loopback alone. */
export async function openInspectorProxy(connect: Connect, options: Options): Promise<InspectorProxy> {
  const { id, title, maps } = options;
  const server = createServer(({ url }, response) => {
    const { port } = server.address() as AddressInfo;
    const target = { id, title, type: 'node', description: 'node.js instance', url: `file:///${title}` };
    const addressed = { ...target, webSocketDebuggerUrl: `ws://127.0.0.1:${port}/${id}` };
    const isVersion = url?.startsWith('/json/version') === true;
    if (!isVersion && !/^\/json(\/list)?\/?$/.test(url ?? '')) return void response.writeHead(404).end();
    const version = { Browser: `node.js/${process.version}`, 'Protocol-Version': '1.1' };
    response.setHeader('content-type', 'application/json; charset=UTF-8');
    response.end(JSON.stringify(isVersion ? version : [addressed]));
  });
  const sockets = new WebSocketServer({ server, path: `/${id}`, perMessageDeflate: false });
  sockets.on('connection', (client) => {
    const early: string[] = [];
    let upstream: WebSocket | undefined;
    client.on('message', (data: Buffer) =>
      upstream === undefined ? early.push(data.toString()) : upstream.send(data.toString()),
    );
    client.on('close', () => upstream?.close());
    client.on('error', () => client.terminate());
    openSession(connect, id).then(
      (session) => {
        session.on('message', (data: Buffer) => client.send(withLocalMap(data.toString(), maps)));
        session.on('close', () => client.close());
        session.on('error', () => client.close());
        if (client.readyState !== WebSocket.OPEN) return session.close();
        upstream = session;
        for (const message of early) session.send(message);
      },
      (error: Error) => client.close(1011, error.message.slice(0, 100)),
    );
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `ws://127.0.0.1:${port}/${id}`,
    close: () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
