import { setTimeout as sleep } from 'node:timers/promises';
import {
  percentile,
  startHostileClients,
  type AttackName,
  type HostileClients,
  type LoadReport,
} from '@slipway/testing/load';
import { adminCredentials } from '../../support/admin-credentials.ts';
import { directGatewayUrl } from '../../support/direct-gateway-url.ts';
import { isAlive, usageOf } from '../../support/management.ts';
import { pods, restarts } from '../../support/pods.ts';
import { expect, test } from '../../support/test.ts';
import { startLoad } from '../../support/under-load.ts';

const memoryLimit = 256;
const perSecond = 40;
const quietMs = 20_000;
const attackMs = 30_000;
const shortMs = 12_000;
/** Of the quiet p99. What is below the floor is quick, however quick the quiet one is. */
const mostSlowdown = 3;
const floorMs = 50;
/** A connection's time for a head or a request, and how often the server looks. */
const reapedMs = 75_000;
const recoveryMs = 2000;

const attacks: AttackName[] = ['half-open', 'pipelines', 'unread-answers', 'sign-in-flood', 'quitters'];

for (const attack of attacks) {
  test(`hostile clients: ${attack}`, async ({ shop, adminToken }) => {
    const before = await pods();
    const filesBefore = await openFiles();
    const url = await directGatewayUrl();
    const load = await startLoad(adminToken, perSecond, url);
    const hostile: HostileClients[] = [];
    let quiet: LoadReport;
    let peak: Peak;
    let attacked: LoadReport;
    try {
      await sleep(recoveryMs);
      load.take();
      await sleep(quietMs);
      quiet = load.take();
      hostile.push(startHostileClients(url, attack));
      peak = await watch(attackMs);
      attacked = load.take();
      if (attack === 'half-open')
        await expect.poll(() => hostile[0]?.figures().open, { timeout: reapedMs, message: 'reaped' }).toBe(0);
    } finally {
      await Promise.all([...hostile.map((clients) => clients.stop()), load.stop()]);
    }
    await sleep(recoveryMs);
    await shop.signIn(adminCredentials());
    await load.settle();
    const figures = hostile[0]!.figures();
    const routes = Object.keys(attacked.durationsByName).map((name) => {
      const [before, during] = [quiet, attacked].map((report) => percentile(report.durationsByName[name] ?? [], 0.99));
      return `${name} ${before?.toFixed(0)} → ${during?.toFixed(0)}`;
    });
    console.log(
      `  at ${url}: p99 ${p99(quiet).toFixed(0)} → ${p99(attacked).toFixed(0)} ms (${routes.join(', ')}), memory up to ${peak.memory.toFixed(0)} MiB, files ${filesBefore} → ${peak.files} → ${await openFiles()}; ${JSON.stringify(figures)}`,
    );
    await expectUnharmed(before, peak);
    expect(p99(attacked), `p99, quiet ${p99(quiet)} ms`).toBeLessThan(Math.max(floorMs, p99(quiet)) * mostSlowdown);
    await expect
      .poll(openFiles, { timeout: reapedMs, message: 'open files of the gateway' })
      .toBeLessThan(filesBefore + 50);
  });
}

test('hostile clients of every kind at once', async ({ api, shop, adminToken }) => {
  const before = await pods();
  const url = await directGatewayUrl();
  const load = await startLoad(adminToken, perSecond, url);
  const hostile = attacks.map((attack) => startHostileClients(url, attack));
  let peak: Peak;
  try {
    peak = await watch(shortMs);
  } finally {
    await Promise.all(hostile.map((clients) => clients.stop()));
  }
  const { sent, failures } = await load.settle();
  console.log(`  ${failures.length} of ${sent} failed, memory up to ${peak.memory.toFixed(0)} MiB`);
  await expect.poll(async () => (await api.get('/api/v1/products')).status).toBe(200);
  await shop.signIn(adminCredentials());
  await expectUnharmed(before, peak);
});

type Peak = { memory: number; files: number; slowestLiveMs: number };

/** What the gateways hold at most within that time, and how slow their liveness is at worst. */
async function watch(ms: number): Promise<Peak> {
  const peak: Peak = { memory: 0, files: 0, slowestLiveMs: 0 };
  const until = performance.now() + ms;
  while (performance.now() < until) {
    for (const pod of await pods('gateway')) {
      const asked = performance.now();
      expect(await isAlive(pod), 'liveness').toBe(true);
      peak.slowestLiveMs = Math.max(peak.slowestLiveMs, performance.now() - asked);
    }
    for (const { memoryBytes, files } of await usageOf('gateway')) {
      peak.memory = Math.max(peak.memory, memoryBytes / 1024 / 1024);
      peak.files = Math.max(peak.files, files);
    }
    await sleep(1000);
  }
  return peak;
}

async function expectUnharmed(before: Awaited<ReturnType<typeof pods>>, { memory }: Peak): Promise<void> {
  expect(restarts(await pods()), 'restarts').toBe(restarts(before));
  expect(memory, 'MiB').toBeLessThan(memoryLimit);
}

/** A failed request has taken for ever. */
function p99({ durations, failures }: LoadReport): number {
  return percentile([...durations, ...failures.map(() => Infinity)], 0.99);
}

async function openFiles(): Promise<number> {
  return (await usageOf('gateway')).reduce((sum, { files }) => sum + files, 0);
}
