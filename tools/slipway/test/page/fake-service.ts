import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';

const uuid = { type: 'string', format: 'uuid' };
export const DOCUMENT = {
  openapi: '3.1.0',
  components: {
    schemas: {
      Item: {
        type: 'object',
        required: ['productId', 'quantity', 'tags', 'kind', 'parent'],
        properties: {
          productId: uuid,
          quantity: { type: 'integer', minimum: 3 },
          note: { type: 'string' },
          tags: { type: 'array', items: { type: 'string', minLength: 6 } },
          kind: { anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] },
          // It contains itself.
          parent: { $ref: '#/components/schemas/Item' },
        },
      },
    },
  },
  paths: {
    '/api/v1/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: uuid }],
      get: {
        summary: 'One order',
        security: [{ bearer: [] }],
        parameters: [{ name: 'fields', in: 'query', schema: { type: 'string' } }],
      },
    },
    '/api/v1/orders': {
      post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } } },
    },
  },
};

export type FakeService = {
  url: string;
  received: { method: string; url: string; headers: Record<string, unknown>; body: string }[];
  close(): Promise<void>;
};

/** A service with an OpenAPI document that answers other requests with 201; `/never` not at all, `/endless` without end. */
export async function startFakeService(document: unknown = DOCUMENT): Promise<FakeService> {
  const received: FakeService['received'] = [];
  const server = createServer((request, response) => {
    if (request.url === '/openapi.json') return void response.end(JSON.stringify(document));
    if (request.url === '/docs') return void response.writeHead(404).end();
    if (request.url === '/never') return;
    if (request.url === '/endless') return void pipeline(Readable.from(endless()), response, () => undefined);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"accessToken":"issued-4711"}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function* endless() {
  const chunk = 'x'.repeat(64 * 1024);
  while (true) yield chunk;
}
