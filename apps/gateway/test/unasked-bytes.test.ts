import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, startRawUpstream } from './raw-upstream.ts';
import { until } from './until.ts';
import { startGateway } from './start-gateway.ts';

/** A service that answers with the path that it was asked for, and then does what the test likes. */
async function setUp(t: TestContext, then: (socket: Socket, path: string) => void) {
  const upstream = await startRawUpstream(t, (socket, text) => {
    for (const [, path = ''] of text.matchAll(/(?:GET|POST|HEAD) (\S+) HTTP/g)) {
      if (!text.startsWith('HEAD')) socket.write(answer(path));
      then(socket, path);
    }
  });
  const gateway = await startGateway({ PRODUCT_URL: upstream.url });
  t.after(() => gateway.stop());
  let count = 0;
  /** Asks, and says whether the answer is that to this question. */
  const ask = async () => {
    const path = `/api/v1/products/${++count}`;
    const { status, text } = await gateway.api.call('GET', path);
    assert.equal(status, 200);
    return text === path;
  };
  return { upstream, gateway, ask };
}

const stray = answer('/stray');

test('without stray bytes one connection serves all', async (t) => {
  const { ask, upstream } = await setUp(t, () => {});
  for (let n = 0; n < 20; n++) assert.ok(await ask());
  assert.equal(upstream.connections(), 1);
});

for (const [what, bytes] of [
  ['a whole answer', stray],
  ['the beginning of an answer', 'HTTP/1.1 200 OK\r\n'],
  ['one byte', 'H'],
  ['something else', 'nonsense'],
] as const) {
  test(`${what} in the same packet, right after it or while nothing is asked ends the connection and reaches nobody`, async (t) => {
    for (const later of [
      (write: () => void) => write(),
      (write: () => void) => setImmediate(write),
      (write: () => void) => setTimeout(write, 3),
    ]) {
      const { ask, upstream } = await setUp(t, (socket) => later(() => void socket.write(bytes)));
      for (let n = 0; n < 10; n++) {
        assert.ok(await ask(), `${n}`);
        await sleep(10);
      }
      assert.equal(upstream.connections(), 10);
      await until(() => upstream.open() === 0);
    }
  });
}

test('stray bytes among many clients reach none of them', async (t) => {
  let answered = 0;
  const { ask } = await setUp(t, (socket) => {
    // Before the connection can be given to another request: of that they could be the answer.
    if (++answered % 3 === 0) setImmediate(() => socket.destroyed || socket.write(stray));
  });
  const client = async () => {
    for (let n = 0; n < 20; n++) {
      assert.ok(await ask());
      await sleep(10);
    }
  };
  await Promise.all([client(), client(), client()]);
});

test('the body of an answer to HEAD reaches nobody, however late it comes', async (t) => {
  const { ask, gateway } = await setUp(t, (socket, path) => {
    if (!path.endsWith('/head')) return;
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${stray.length}\r\n\r\n`);
    setTimeout(() => socket.destroyed || socket.write(stray), 2);
  });
  for (let n = 0; n < 10; n++) {
    assert.equal((await gateway.api.call('HEAD', '/api/v1/products/head')).status, 200);
    assert.ok(await ask());
  }
});
