import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, startOpenLoop } from '@slipway/testing/load';
import { isUseful, type createSignIn, type SignIn } from './client.ts';
import { flood } from './flood.ts';

type Send = ReturnType<typeof createSignIn>;

/** TEST-NET-1 and 2: addresses that are nobody's. */
const flooder = '192.0.2.1';
const other = '198.51.100.1';

export type FloodFigures = {
  /** Useful answers per second of the flood, beside the capacity. */
  useful: number;
  /** Share of the sign-ins that heard 503, gave up waiting, or got no answer at all. */
  refused: number;
  gaveUp: number;
  broken: number;
  /** Slowest 503, ms. */
  slowestRefusalMs: number;
  /** Of another client that signs in once at a time during the flood: useful answers, and their median, ms. */
  others: number;
  othersMs: number;
  /** From the end of the flood until a sign-in of the same client has its answer; the callers of the flood still wait. */
  recoveryMs: number;
};

/** Median of a sign-in when there are no others, ms. */
export async function quiet(send: Send, count: number): Promise<number> {
  const results: SignIn[] = [];
  for (let n = 0; n < count; n++) results.push(await send({ from: other }));
  return percentile(
    results.filter(isUseful).map(({ ms }) => ms),
    0.5,
  );
}

/** Useful answers per second to a few clients that are never idle. */
export async function capacity(send: Send, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000;
  let useful = 0;
  const work = async (from: string) => {
    while (performance.now() < until) {
      const result = await send({ from });
      if (isUseful(result) && performance.now() < until) useful += 1;
    }
  };
  await Promise.all([1, 2, 3, 4].map((n) => work(`203.0.113.${n}`)));
  return useful / seconds;
}

/** `clients`: from how many addresses the flood comes. */
export async function underFlood(
  send: Send,
  {
    perSecond,
    capacityPerSecond,
    seconds,
    clients,
    patienceMs,
  }: {
    perSecond: number;
    capacityPerSecond: number;
    seconds: number;
    clients: number;
    patienceMs: number;
  },
): Promise<FloodFigures> {
  let isOver = false;
  const others: SignIn[] = [];
  const bystander = (async () => {
    while (!isOver) others.push(await send({ from: other, patienceMs }));
  })();
  const { ended, sent, rest } = await flood({
    perSecond,
    seconds,
    send: (n) => send({ from: clients === 1 ? flooder : `192.0.2.${1 + (n % clients)}`, patienceMs }),
  });
  const useful = (ended.filter(isUseful).length + others.filter(isUseful).length) / seconds;
  const recoveryMs = await untilServed(send, flooder);
  isOver = true;
  await Promise.all([rest, bystander]);
  const refusals = ended.filter(({ outcome }) => outcome === 503);
  const share = (outcome: SignIn['outcome']) => ended.filter((result) => result.outcome === outcome).length / sent;
  return {
    useful: useful / capacityPerSecond,
    refused: refusals.length / sent,
    gaveUp: share('gave up'),
    broken: share('broken'),
    slowestRefusalMs: Math.max(0, ...refusals.map(({ ms }) => ms)),
    others: others.filter(isUseful).length / others.length,
    othersMs: percentile(
      others.filter(isUseful).map(({ ms }) => ms),
      0.5,
    ),
    recoveryMs,
  };
}

/** So many at once, whose clients leave after a second. From then until a sign-in of the same client has its answer, ms. */
export async function burstThatLeaves(send: Send, count: number): Promise<number> {
  const all = Array.from({ length: count }, () => send({ from: flooder, patienceMs: 1000 }));
  await Promise.all(all);
  return untilServed(send, flooder);
}

/** A client that comes again when it is told to, a tenth of a second later each time. */
async function untilServed(send: Send, from: string): Promise<number> {
  const started = performance.now();
  while (true) {
    const result = await send({ from });
    if (isUseful(result)) return performance.now() - started;
    await sleep(100);
  }
}

/** Reads at a steady rate while `work` goes on: 99 of 100 are answered within so many ms. */
export async function readsDuring<Result>(
  url: string,
  work: () => Promise<Result>,
): Promise<{ result: Result; p99Ms: number; failed: number }> {
  const next = () => ({ name: 'products', method: 'GET', path: '/api/v1/products?limit=1', expected: [200] }) as const;
  const reads = startOpenLoop({ url, perSecond: 50, next });
  const result = await work();
  const { durations, failures } = await reads.stop();
  return { result, p99Ms: percentile(durations, 0.99), failed: failures.length };
}
