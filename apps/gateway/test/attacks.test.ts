import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UpstreamHandler } from '@slipway/testing/http';
import { get } from './raw-client.ts';
import { startGatewayProcess } from './start-gateway-process.ts';

/** What an attack may cost, MiB: what the pod's 256 leave beside the process itself. */
const mostMemory = 130;

type Gateway = Awaited<ReturnType<typeof startGatewayProcess>>;

/** An answer of the size that is asked for, after the time that is asked for. */
const products: UpstreamHandler = async ({ url }, response) => {
  const query = new URL(url, 'http://x').searchParams;
  await sleep(Number(query.get('ms') ?? 0));
  response.end('x'.repeat(Number(query.get('size') ?? 10)));
};

/** The gateway lives, answers its probe and a client, and stays within its memory, while the attack goes on and after. */
async function withstand(t: TestContext, attack: (gateway: Gateway) => Promise<() => void>): Promise<Gateway> {
  const gateway = await startGatewayProcess(t, products);
  const before = gateway.memory();
  let most = before;
  const look = async () => {
    assert.ok(gateway.isRunning(), 'the process ended');
    // A second of the gateway's; the rest is the machine's.
    assert.equal((await fetchInTime(() => gateway.management('/healthz/live'), 5000)).status, 200);
    most = Math.max(most, gateway.memory());
  };
  const end = await attack(gateway);
  for (let looks = 0; looks < 8; looks++) {
    await look();
    await sleep(250);
  }
  end();
  await look();
  const answer = await fetchInTime(() => fetch(`${gateway.url}/api/v1/products`), 10_000);
  assert.equal(answer.status, 200);
  assert.ok(most - before < mostMemory, `${before} → ${most} MiB`);
  return gateway;
}

async function fetchInTime(call: () => Promise<Response>, ms: number): Promise<Response> {
  return Promise.race([
    call(),
    sleep(ms, undefined, { ref: false }).then(() => assert.fail(`no answer within ${ms} ms`)),
  ]);
}

function open(port: number, text: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(text);
  return socket;
}

const openMany = (count: number, port: number, text: string) => Array.from({ length: count }, () => open(port, text));
const closeAll = (sockets: Socket[]) => () => sockets.forEach((socket) => socket.destroy());

test('deep pipelines that leave', async (t) => {
  const gateway = await withstand(t, async ({ port }) => {
    for (let round = 0; round < 3; round++) {
      const sockets = openMany(4, port, get('/api/v1/products?ms=200').repeat(1400));
      await sleep(400);
      closeAll(sockets)();
    }
    return () => {};
  });
  const refused = gateway.lines.filter((line) => line.includes('"status":503')).map((line) => JSON.parse(line));
  assert.ok(refused.length > 0);
  for (const { msg, code, reason } of refused)
    assert.deepEqual([msg, code, reason], ['request finished', 'overloaded', 'pipeline']);
});

test('deep pipelines of answers that nobody reads', async (t) => {
  await withstand(t, async ({ port }) => closeAll(openMany(10, port, get('/api/v1/products?size=60000').repeat(1400))));
});

test('shallow pipelines of answers that nobody reads', async (t) => {
  await withstand(t, async ({ port }) => closeAll(openMany(100, port, get('/api/v1/products?size=60000').repeat(30))));
});

test('many long answers that nobody reads', async (t) => {
  await withstand(t, async ({ port }) => closeAll(openMany(300, port, get('/api/v1/products?size=400000'))));
});

test('pipelines of requests with large heads', async (t) => {
  const header = `X: ${'a'.repeat(12_000)}\r\n`;
  await withstand(t, async ({ port }) =>
    closeAll(openMany(60, port, get('/api/v1/products?ms=3000', header).repeat(30))),
  );
});

test('connections that ask nothing, or half of something', async (t) => {
  await withstand(t, async ({ port }) => {
    const half = get('/api/v1/products', `X: ${'a'.repeat(8000)}`).slice(0, -4);
    const sockets = [...openMany(1000, port, ''), ...openMany(1000, port, half)];
    return closeAll(sockets);
  });
});

test('bodies in single bytes that do not end', async (t) => {
  const head =
    'POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  await withstand(t, async ({ port }) => closeAll(openMany(50, port, head + '1\r\nx\r\n'.repeat(4000))));
});

test('a crowd of ordinary clients that waits and gives up', async (t) => {
  await withstand(t, async ({ url }) => {
    for (let round = 0; round < 2; round++) {
      const agent = new Agent({ keepAlive: true });
      const calls = Array.from({ length: 1500 }, () => {
        const call = request(`${url}/api/v1/products?ms=500`, { agent }, (response) => response.resume());
        call.on('error', () => {});
        call.end();
        return call;
      });
      await sleep(700);
      for (const call of calls) call.destroy();
      agent.destroy();
    }
    return () => {};
  });
});
