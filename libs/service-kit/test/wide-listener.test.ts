import assert from 'node:assert/strict';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@slipway/testing/http';
import { canListenWidely, WideListener } from '../src/lifecycle/wide-listener.ts';

const host = '127.0.0.1';
const skip = canListenWidely ? false : 'the system shares no port between sockets';

async function setUp(t: TestContext) {
  const port = await freePort();
  const server = createServer((_request, response) => response.end('served'));
  server.listen({ host, port, reusePort: true });
  await once(server, 'listening');
  const wide = new WideListener(server);
  await wide.listen({ host, port });
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await wide.close();
  });
  return { port, server, wide };
}

test('every connection is served, whichever socket took it, and one turn takes several', { skip }, async (t) => {
  const { port, server } = await setUp(t);
  const perTurn: number[] = [];
  let taken = 0;
  server.on('connection', () => {
    if (++taken > 1) return;
    setImmediate(() => {
      perTurn.push(taken);
      taken = 0;
    });
  });
  // All have connected before the server looks: this thread does not let it.
  const sockets = Array.from({ length: 64 }, () => connect(port, host));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  const answers = await Promise.all(
    sockets.map(async (socket) => {
      socket.setEncoding('utf8').end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      let text = '';
      for await (const chunk of socket as AsyncIterable<string>) text += chunk;
      return text.slice(-6);
    }),
  );
  assert.deepEqual(new Set(answers), new Set(['served']));
  assert.ok(Math.max(...perTurn) > 1, `connections in a turn: ${perTurn}`);
});

test('what the parser refuses on any socket is refused by the server', { skip }, async (t) => {
  const { port, server } = await setUp(t);
  let refused = 0;
  server.on('clientError', (_error, socket) => {
    refused += 1;
    socket.destroy();
  });
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      const socket = connect(port, host).on('error', () => {});
      socket.end('nonsense\r\n\r\n').resume();
      await once(socket, 'close');
    }),
  );
  assert.equal(refused, 32);
});

test('a port that another server has is not shared with it', { skip }, async (t) => {
  const { port } = await setUp(t);
  await assert.rejects(WideListener.assertFree({ host, port }), { code: 'EADDRINUSE', port });
  await WideListener.assertFree({ host, port: await freePort() });
});

test('closed, it takes no more connections and waits for those it has', { skip }, async (t) => {
  const { port, server, wide } = await setUp(t);
  let taken = 0;
  server.on('connection', () => (taken += 1));
  const sockets = Array.from({ length: 32 }, () => connect(port, host));
  while (taken < sockets.length) await sleep(5);
  let isClosed = false;
  server.close();
  const closing = wide.close().then(() => (isClosed = true));
  await once(
    connect(port, host).on('connect', () => assert.fail('it still listens')),
    'error',
  );
  assert.equal(isClosed, false);
  for (const socket of sockets) socket.destroy();
  await closing;
});

test('a service hands its port over to its successor as a worker of one cluster', { timeout: 60_000 }, async (t) => {
  const [port, management] = [await freePort(), await freePort()];
  cluster.setupPrimary({ exec: join(import.meta.dirname, 'small-service.ts'), execArgv: [], silent: true });
  const env = { HOST: host, PORT: String(port), MANAGEMENT_PORT: String(management), LOG_LEVEL: 'error' };
  const start = async (): Promise<Worker> => {
    const worker = cluster.fork(env);
    let said = '';
    for (const stream of [worker.process.stdout, worker.process.stderr]) stream?.on('data', (text) => (said += text));
    const ended = once(worker, 'exit').then(([code]) => assert.fail(`it ended with ${code}: ${said}`));
    const both = async () => {
      const ports = new Set<number>();
      while (!ports.has(port) || !ports.has(management))
        ports.add(((await once(worker, 'listening')) as [{ port: number }])[0].port);
    };
    t.after(() => worker.process.kill('SIGKILL'));
    await Promise.race([both(), ended]);
    ended.catch(() => {});
    return worker;
  };
  const ask = async () => {
    const response = await fetch(`http://${host}:${port}/pid`, { headers: { connection: 'close' } });
    return ((await response.json()) as { pid: number }).pid;
  };
  const first = await start();
  assert.equal(await ask(), first.process.pid);
  const second = await start();
  first.disconnect();
  await once(first, 'disconnect');
  for (let request = 0; request < 20; request++) assert.equal(await ask(), second.process.pid);
});
