import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallerLeft, Overloaded, type Caller } from '@shop/fair-queue';
import {
  clientNetwork,
  createApp,
  createLogger,
  createParts,
  currentCaller,
  addLogFields,
  withoutCaller,
} from '@shop/service-kit';
import { assertProblem, createApiClient, type ApiClient } from '@slipway/testing/http';

const { metrics, readiness } = createParts('test', 'silent');
const lines: Record<string, unknown>[] = [];
const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
const app = await createApp({
  logger: createLogger({ service: 'test', level: 'info', destination }),
  metrics,
  readiness,
});
let url: string;
let api: ApiClient;
let seen: Caller | undefined;
/** A request that is being worked on until it is released. */
const held = { arrived: Promise.withResolvers<Caller>(), released: Promise.withResolvers<void>() };

before(async () => {
  app.get('/caller', () => {
    seen = currentCaller();
    return {};
  });
  app.get('/without', () =>
    withoutCaller(() => {
      addLogFields({ orderId: 'noted' });
      return { hasCaller: currentCaller() !== undefined };
    }),
  );
  app.get('/held', async () => {
    const caller = currentCaller();
    assert.ok(caller);
    held.arrived.resolve(caller);
    await held.released.promise;
    throw new CallerLeft();
  });
  app.get('/overloaded', () => {
    throw new Overloaded('full', 2100);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  api = createApiClient(url);
});
after(() => app.close());

/** The line of a request, which is written after its client has the answer. The test runner's own limit is the deadline. */
async function lineOf(route: string): Promise<Record<string, unknown>> {
  while (true) {
    const line = lines.find((other) => other.route === route);
    if (line !== undefined) return line;
    await sleep(5);
  }
}

test('a caller waits as long as it says, at most ten seconds, and has not left while it waits', async () => {
  for (const [header, patienceMs] of [
    ['1500', 1500],
    ['0', 0],
    ['999999', 10_000],
    ['1e9', 10_000],
    ['-1', 10_000],
    [undefined, 10_000],
  ] as const) {
    const before = Date.now();
    await api.call('GET', '/caller', { headers: header === undefined ? {} : { 'x-request-timeout-ms': header } });
    assert.ok(seen);
    assert.ok(seen.deadline >= before + patienceMs && seen.deadline <= Date.now() + patienceMs, header);
    assert.deepEqual([seen.hasLeft, seen.left.aborted], [false, false]);
  }
});

test('a caller whose connection closes has left, for those who asked before and after; it is no error of ours', async () => {
  const controller = new AbortController();
  const request = fetch(`${url}/held`, { signal: controller.signal });
  const caller = await held.arrived.promise;
  const isAborted = new Promise((resolve) => caller.left.addEventListener('abort', resolve));
  controller.abort();
  await assert.rejects(request);
  await isAborted;
  assert.deepEqual([caller.hasLeft, caller.left.aborted], [true, true]);
  held.released.resolve();
  // The answer of the next request comes after the error of this one has been handled.
  await api.call('GET', '/caller');
  assert.equal((await lineOf('/held')).isAborted, true);
  assert.deepEqual(
    lines.filter(({ level }) => level === 'error'),
    [],
  );
});

test('what is finished without its caller still belongs to the request', async () => {
  assert.deepEqual((await api.call('GET', '/without')).body, { hasCaller: false });
  assert.equal((await lineOf('/without')).orderId, 'noted');
});

test('overload is 503 with Retry-After, and one line that says so', async () => {
  const answer = await api.call('GET', '/overloaded');
  assertProblem(answer, 503, 'overloaded');
  assert.equal(answer.headers.get('retry-after'), '3');
  const { msg, status, code, requestId } = await lineOf('/overloaded');
  assert.deepEqual([msg, status, code], ['request finished', 503, 'overloaded']);
  assert.equal(lines.filter((line) => line.requestId === requestId).length, 1);
});

test('an IPv6 network of 64 bits is one client, an IPv4 address one', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['unknown', 'unknown'],
  ] as const)
    assert.equal(clientNetwork(address), network, address);
});
