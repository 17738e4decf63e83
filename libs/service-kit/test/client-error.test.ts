import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { answerClientError } from '../src/http/client-error.ts';

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const garbage = 'no request\r\n\r\n';

/** A server whose answers the test gives, and a client that sends all it has at once. */
async function setUp(t: TestContext, text: string) {
  const responses: ServerResponse[] = [];
  const errors: string[] = [];
  const waiting: (() => void)[] = [];
  const changed = () => waiting.splice(0).forEach((resume) => resume());
  const server = createServer((_request, response) => {
    responses.push(response);
    changed();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    errors.push(error.code ?? '');
    answerClientError(error, socket as never);
    changed();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  let heard = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (heard += chunk));
  const closed = once(socket, 'close');
  socket.write(text);
  return {
    responses,
    /** So many requests have come, and an error after them. */
    async arrived(count: number) {
      while (responses.length < count || errors.length === 0)
        await new Promise<void>((resolve) => waiting.push(resolve));
    },
    /** All that the client hears, when the connection has ended. */
    async heard() {
      await closed;
      return heard;
    },
  };
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);

test('what is no request is refused', async (t) => {
  const { heard } = await setUp(t, garbage);
  assert.deepEqual(statuses(await heard()), ['400']);
});

test('the refusal of what is no request comes after the answers to those before it', async (t) => {
  const { responses, arrived, heard } = await setUp(t, get('/1') + get('/2') + garbage);
  await arrived(2);
  responses[1]?.end('second');
  responses[0]?.end('first');
  const text = await heard();
  assert.deepEqual(statuses(text), ['200', '200', '400']);
  assert.match(text, /first[^]*second[^]*400 Bad Request/);
});

test('it does not come in the middle of an answer', async (t) => {
  const { responses, arrived, heard } = await setUp(t, get('/') + garbage);
  await arrived(1);
  responses[0]?.writeHead(200, { 'content-length': 8 });
  responses[0]?.write('half');
  await new Promise((resolve) => setImmediate(resolve));
  responses[0]?.end('half');
  assert.match(await heard(), /\r\n\r\nhalfhalfHTTP\/1\.1 400/);
});

test('what follows a request that asks for an end takes nothing from its answer', async (t) => {
  const { responses, arrived, heard } = await setUp(t, get('/', 'Connection: close\r\n') + get('/more'));
  await arrived(1);
  responses[0]?.end('only');
  const text = await heard();
  assert.deepEqual(statuses(text), ['200']);
  assert.match(text, /only/);
});

test('a request whose own body is broken is refused at once', async (t) => {
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const { heard } = await setUp(t, `${head}no chunk\r\n`);
  assert.deepEqual(statuses(await heard()), ['400']);
});
