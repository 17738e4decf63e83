import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { openRaw, get, readAll } from './raw-client.ts';
import { answer, startRawUpstream } from './raw-upstream.ts';
import { until } from './until.ts';
import { startGateway } from './start-gateway.ts';

type Respond = Parameters<typeof startRawUpstream>[1];

async function setUp(t: TestContext, respond: Respond, environment: Record<string, string> = {}) {
  const upstream = await startRawUpstream(t, respond);
  const gateway = await startGateway({ PRODUCT_URL: upstream.url, ...environment });
  t.after(() => gateway.stop());
  return { upstream, gateway, products: () => gateway.api.call('GET', '/api/v1/products') };
}

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

test('an answer that breaks off before its client has seen any of it is asked for again', async (t) => {
  const { products, upstream } = await setUp(t, (socket, _text, connection) => {
    if (connection > 2) return void socket.write(answer('whole'));
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":');
    setTimeout(() => socket.destroy(), 5);
  });
  const { status, text } = await products();
  assert.deepEqual([status, text, upstream.connections()], [200, 'whole', 3]);
});

test('an answer that breaks off each time is a 503, for what is not repeated after one try', async (t) => {
  for (const half of [
    'HTTP/1.1 20',
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n',
    `${chunked}5\r\nab`,
    `${chunked}2\r\nab\r\n`,
  ]) {
    const { gateway, products, upstream } = await setUp(t, (socket) => void socket.end(half));
    assertProblem(await products(), 503, 'upstream-unavailable');
    assert.equal(upstream.connections(), 3);
    const token = await gateway.issuer.token({ role: 'admin' });
    const written = await gateway.api.call('POST', '/api/v1/products', { token, body: {} });
    assertProblem(written, 503, 'upstream-unavailable');
    assert.equal(upstream.connections(), 4);
  }
});

for (const [framing, head] of [
  ['a length', 'HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\n'],
  ['chunks', `${chunked}ffffff\r\n`],
] as const) {
  test(`a client that has got part of an answer with ${framing} sees that the rest does not come`, async (t) => {
    const { gateway, upstream } = await setUp(t, (socket) => {
      socket.write(head + 'x'.repeat(300_000));
      setTimeout(() => socket.destroy(), 100);
    });
    await assert.rejects(gateway.api.call('GET', '/api/v1/products'));
    assert.equal(upstream.connections(), 1);
    // A client of HTTP/1.0 knows the end by that of the connection alone: it must not look like one.
    const socket = await openRaw(t, gateway.port, 'GET /api/v1/products HTTP/1.0\r\n\r\n');
    const errors: unknown[] = [];
    socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
    await readAll(socket);
    assert.deepEqual(errors, ['ECONNRESET']);
  });
}

test('answers of every size arrive whole, around each size at which something changes too', async (t) => {
  const { gateway } = await setUp(t, (socket, text) => {
    const size = Number(/size=(\d+)/.exec(text)?.[1]);
    socket.write(
      text.includes('chunks')
        ? `${chunked}${size.toString(16)}\r\n${'y'.repeat(size)}\r\n0\r\n\r\n`
        : answer('y'.repeat(size)),
    );
  });
  for (const edge of [1, 16_384, 65_024, 65_536, 131_072, 1_048_576]) {
    for (const size of [edge - 1, edge, edge + 1].filter((value) => value > 0)) {
      for (const how of ['chunks', 'length']) {
        const { status, text } = await gateway.api.call('GET', `/api/v1/products?size=${size}&${how}`);
        assert.deepEqual([status, text.length], [200, size], `${size} ${how}`);
      }
    }
  }
});

test('an answer may end with its connection', async (t) => {
  const { products } = await setUp(t, (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nabc'));
  assert.equal((await products()).text, 'abc');
});

test('answers that two readers could read differently are none, and their connections are not used again', async (t) => {
  const malformed = [
    'nonsense\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1a\r\n\r\na',
    'HTTP/1.1 200 OK\r\na : b\r\ncontent-length: 1\r\n\r\na',
    'HTTP/1.1 200 OK\r\na: b\x01\r\ncontent-length: 1\r\n\r\na',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    `${chunked}zz\r\n`,
    `${chunked}1\r\nabc\r\n0\r\n\r\n`,
    `HTTP/1.1 200 OK\r\na: ${'x'.repeat(40_000)}\r\ncontent-length: 1\r\n\r\na`,
    `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}content-length: 1\r\n\r\na`,
  ];
  for (const text of malformed) {
    const { products, upstream } = await setUp(t, (socket) => void socket.write(text));
    const answered = await products();
    assert.equal(answered.status, 503, JSON.stringify(text.slice(0, 80)));
    assertProblem(answered, 503, 'upstream-unavailable');
    assert.doesNotMatch(answered.text, /parse|HPE|llhttp|undici/i);
    await until(() => upstream.open() === 0);
  }
});

test('interim answers are not passed on; without end they are no answer', async (t) => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
  const { gateway, upstream } = await setUp(t, (socket, text) => {
    socket.write(hint.repeat(text.includes('/many') ? 1000 : 3) + answer('a'));
  });
  const socket = await openRaw(t, gateway.port, get('/api/v1/products', 'Connection: close\r\n'));
  const text = await readAll(socket);
  assert.match(text, /^HTTP\/1\.1 200 [^]*\r\n\r\na$/);
  assert.doesNotMatch(text, /103|link/i);
  assert.equal(upstream.connections(), 1);
  assertProblem(await gateway.api.call('GET', '/api/v1/products/many'), 503, 'upstream-unavailable');
});

for (const [what, head, drip] of [
  ['a body', 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', 'x'],
  ['a head', 'HTTP/1.1 200 OK\r\na: ', 'x'],
  ['interim answers', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ['chunks', chunked, '1\r\nx\r\n'],
  ['an extension of a chunk', `${chunked}1;a=`, 'x'],
  ['trailers', `${chunked}1\r\nx\r\n0\r\na: `, 'x'],
  ['nothing', '', ''],
] as const) {
  test(`a service that drips ${what} is a 504 at the deadline`, async (t) => {
    const environment = { UPSTREAM_TIMEOUT_MS: '400' };
    const { products, upstream } = await setUp(
      t,
      (socket) => {
        socket.write(head);
        const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(drip)), 60);
        socket.once('close', () => clearInterval(timer));
      },
      environment,
    );
    const started = performance.now();
    assertProblem(await products(), 504, 'upstream-timeout');
    assert.ok(performance.now() - started < 5000);
    assert.equal(upstream.connections(), 1);
    await until(() => upstream.open() === 0);
  });
}

test('a long answer that drips after its beginning has gone out is cut off at the deadline', async (t) => {
  const { gateway } = await setUp(
    t,
    (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\n${'x'.repeat(100_000)}`);
      const timer = setInterval(() => socket.write('x'), 60);
      socket.once('close', () => clearInterval(timer));
    },
    { UPSTREAM_TIMEOUT_MS: '400' },
  );
  await assert.rejects(gateway.api.call('GET', '/api/v1/products'));
});

test('a 204, a 304 and an answer to HEAD have no body, whatever the service sends', async (t) => {
  const { gateway } = await setUp(t, (socket, text) => {
    const body = text.includes('/own') ? 'own' : 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother';
    const status = text.includes('/204') ? 204 : text.includes('/304') ? 304 : 200;
    socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  for (const [method, path, status] of [
    ['GET', '204', 204],
    ['GET', '304', 304],
    ['HEAD', '200', 200],
  ] as const) {
    const answered = await gateway.api.call(method, `/api/v1/products/${path}`);
    assert.deepEqual([answered.status, answered.text], [status, '']);
    const next = await gateway.api.call('GET', '/api/v1/products/own');
    assert.deepEqual([next.status, next.text], [200, 'own'], `after ${method} ${path}`);
  }
  const raw = await openRaw(t, gateway.port, get('/api/v1/products/204', 'Connection: close\r\n'));
  assert.doesNotMatch(await readAll(raw), /content-length|transfer-encoding/i);
});

test('an answer that comes before the request has been read is the answer', async (t) => {
  const { gateway } = await setUp(t, (socket) => {
    socket.pause();
    socket.write(
      'HTTP/1.1 413 X\r\ncontent-type: application/problem+json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}',
    );
  });
  const token = await gateway.issuer.token({ role: 'admin' });
  const body = 'x'.repeat(65_536);
  assert.equal((await gateway.api.call('POST', '/api/v1/products', { token, body })).status, 413);
});
