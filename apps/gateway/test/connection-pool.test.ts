import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ConnectionPool } from '../src/proxy/http1/connection-pool.ts';

type Respond = (socket: Socket, request: string, connection: number) => void | Promise<void>;

/** A pool before a server that writes raw bytes. */
async function setUp(t: TestContext, respond: Respond, most = 2) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => void respond(socket, data.toString('latin1'), connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new ConnectionPool({
    baseUrl,
    most,
    connectTimeoutMs: 700,
    answerTimeoutMs: 300,
    idleMs: 1500,
    lifetimeMs: 30_000,
  });
  t.after(async () => {
    await pool.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const get = (method = 'GET', body: Buffer | null = null) =>
    new Promise<string>((resolve, reject) => {
      let text = '';
      let wasSent = false;
      pool.dispatch(
        { method, path: '/x', headers: ['a', 'b'], body },
        {
          onConnection() {},
          onSent: () => (wasSent = true),
          onHead: ({ status }) => (text += `${status} `),
          onData: (bytes) => (text += bytes.toString('latin1')) !== '',
          onEnd: () => resolve(text),
          onError: (error) => reject(Object.assign(error, { wasSent })),
        },
      );
    });
  return { get, connections: () => connections };
}

const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test('a request is written as it must be, and its connection used again', async (t) => {
  const seen: string[] = [];
  const { get, connections } = await setUp(t, (socket, request) => {
    seen.push(request.replace(/host: .*\r\n/, ''));
    socket.write(ok('hello'));
  });
  assert.equal(await get(), '200 hello');
  assert.equal(await get('POST', Buffer.from('é')), '200 hello');
  assert.equal(await get('POST'), '200 hello');
  const head = (method: string) => `${method} /x HTTP/1.1\r\nconnection: keep-alive\r\na: b\r\n`;
  assert.deepEqual(seen, [
    `${head('GET')}\r\n`,
    `${head('POST')}content-length: 2\r\n\r\n${Buffer.from('é').toString('latin1')}`,
    `${head('POST')}content-length: 0\r\n\r\n`,
  ]);
  assert.equal(connections(), 1);
});

test('an answer arrives byte by byte, after an interim one', async (t) => {
  const { get } = await setUp(t, async (socket) => {
    const text = `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n`;
    socket.setNoDelay(true);
    for (const byte of text) await new Promise<void>((resolve) => socket.write(byte, () => setImmediate(resolve)));
  });
  assert.equal(await get(), '200 ab');
  assert.equal(await get(), '200 ab');
});

test('a connection that has lost its place is not used again', async (t) => {
  const answers = [
    ok('a') + ok('smuggled'),
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n',
    ok('a'),
  ];
  const { get, connections } = await setUp(
    t,
    (socket, _request, connection) => void socket.write(answers[connection - 1] ?? ''),
  );
  for (const _ of answers) assert.equal(await get(), '200 a');
  assert.equal(connections(), answers.length);
});

test('an answer may end with its connection, and may not end before its length', async (t) => {
  const answers = [
    'HTTP/1.1 200 OK\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
    '',
  ];
  const { get } = await setUp(t, (socket, _request, connection) => void socket.end(answers[connection - 1] ?? ''));
  assert.equal(await get(), '200 abc');
  for (const _ of answers.slice(1)) await assert.rejects(get(), { wasSent: true });
});

test('malformed answers are errors', async (t) => {
  const answers = [
    'nonsense\r\n\r\n',
    `HTTP/1.1 200 OK\r\na: ${'x'.repeat(40_000)}`,
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ];
  const { get } = await setUp(t, (socket, _request, connection) => void socket.write(answers[connection - 1] ?? ''));
  for (const _ of answers) await assert.rejects(get());
});

test('no answer is a timeout', async (t) => {
  const { get } = await setUp(t, () => {});
  await assert.rejects(get(), { message: 'the service does not answer' });
});

test('more requests than connections wait for a free one', async (t) => {
  const { get, connections } = await setUp(t, (socket) => void setImmediate(() => socket.write(ok('a'))));
  const answers = await Promise.all(Array.from({ length: 20 }, () => get()));
  assert.deepEqual(new Set(answers), new Set(['200 a']));
  assert.equal(connections(), 2);
});

test('what waits goes on when the connections before it have failed', async (t) => {
  const { get } = await setUp(t, (socket, _request, connection) =>
    connection <= 2 ? void socket.destroy() : void socket.write(ok('a')),
  );
  const answers = await Promise.allSettled(Array.from({ length: 6 }, () => get()));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
});
