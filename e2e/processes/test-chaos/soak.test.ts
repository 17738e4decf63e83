import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processUsage, type ProcessUsage } from '@slipway/testing/http';
import { percentile, startShopLoad } from '@slipway/testing/load';
import { startShop, type ServiceName, type Shop } from '@slipway/testing/processes';

const minutes = Number(process.env.SOAK_MINUTES ?? 20);
const share = 0.6;
/** A rate counts while its p99 stays below this. */
const goodMs = 500;
const rates = [50, 100, 150, 200, 300, 400, 600, 800];
const stepMs = 8000;
const sampleMs = 10_000;
const tokenMs = 5 * 60_000;
const services: ServiceName[] = ['gateway', 'user', 'product', 'order'];

/** From the first third of the samples to the last, in the middle of each. The heap breathes. */
const mostGrowth = { memory: 1.1, memoryBytes: 16 * 1024 * 1024, files: 10, handles: 10 };

/** About what V8 gives itself in a pod of 256 MiB. On a machine with much memory its heap grows before it is tidied. */
const heap = '--max-old-space-size=128 --max-semi-space-size=8';

let shop: Shop;
before(async () => (shop = await startShop({ NODE_OPTIONS: heap })));
after(() => shop.stop());

async function usage(service: ServiceName): Promise<ProcessUsage> {
  const response = await fetch(`http://127.0.0.1:${shop.ports[service].management}/metrics`);
  return processUsage(await response.text());
}

/** The highest of the rates that is served well. */
async function findPeak(adminToken: string): Promise<number> {
  let peak = rates[0]!;
  for (const perSecond of rates) {
    const load = await startShopLoad({ url: shop.url, shop, adminToken, perSecond });
    await sleep(stepMs);
    const { failures, durations } = await load.stop();
    if (failures.length > 0 || percentile(durations, 0.99) > goodMs) break;
    peak = perSecond;
  }
  return peak;
}

test(`${minutes} minutes at 60 % of peak: nothing that a process holds grows`, async (t) => {
  const adminToken = await shop.adminToken();
  const peak = await findPeak(adminToken);
  const load = await startShopLoad({ url: shop.url, shop, adminToken, perSecond: peak * share });
  const samples: Record<ServiceName, ProcessUsage>[] = [];
  let renewedAt = performance.now();
  const until = performance.now() + minutes * 60_000;
  try {
    while (performance.now() < until) {
      await sleep(sampleMs);
      if (performance.now() - renewedAt > tokenMs) {
        await load.ledger.renewToken();
        renewedAt = performance.now();
      }
      const usages = await Promise.all(services.map(async (service) => [service, await usage(service)] as const));
      samples.push(Object.fromEntries(usages) as Record<ServiceName, ProcessUsage>);
    }
  } catch (error) {
    await load.stop();
    throw error;
  }
  const { sent, failures, durations } = await load.settle();
  t.diagnostic(
    `peak ${peak}/s; ${sent} requests at ${peak * share}/s, ${failures.length} failed, p99 ${percentile(durations, 0.99).toFixed(0)} ms`,
  );

  const third = Math.floor(samples.length / 3);
  const growths = services.map((service) => {
    const of = samples.map((sample) => sample[service]);
    const middle = (list: ProcessUsage[], pick: (usage: ProcessUsage) => number) => percentile(list.map(pick), 0.5);
    const change = (pick: (usage: ProcessUsage) => number) => ({
      first: middle(of.slice(0, third), pick),
      last: middle(of.slice(-third), pick),
    });
    const known = new Set(of[third]?.series);
    return {
      service,
      memory: change(({ memoryBytes }) => memoryBytes),
      files: change(({ files }) => files),
      handles: change(({ handles }) => handles),
      newSeries: of.at(-1)!.series.filter((name) => !known.has(name)),
    };
  });
  for (const { service, memory, files, handles, newSeries } of growths) {
    const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
    t.diagnostic(
      `${service}: memory ${mebibytes(memory.first)} → ${mebibytes(memory.last)} MiB, files ${files.first} → ${files.last}, handles ${handles.first} → ${handles.last}, ${newSeries.length} new series`,
    );
  }
  assert.equal(failures.length, 0, 'requests failed');
  for (const { service, memory, files, handles, newSeries } of growths) {
    const most = memory.first * mostGrowth.memory + mostGrowth.memoryBytes;
    assert.ok(memory.last < most, `memory of ${service}: ${memory.first} → ${memory.last}`);
    assert.ok(files.last <= files.first + mostGrowth.files, `files of ${service}: ${files.first} → ${files.last}`);
    assert.ok(handles.last <= handles.first + mostGrowth.handles, `handles of ${service}`);
    assert.deepEqual(newSeries, [], `series of ${service}`);
  }
});
