import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadFailure } from '@slipway/testing/load';
import { kubectl } from '../../support/kubectl.ts';
import { isAlive } from '../../support/management.ts';
import { pods, restarts, type Pod } from '../../support/pods.ts';
import { databaseOwners, type DatabaseOwner } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';
import { expectNone, underLoad } from '../../support/under-load.ts';

const stoppedMs = 60_000;
const shortMs = 20_000;
const unreadyMs = 20_000;
/** The issue's; CI's machine is busier. */
const bounds =
  process.env.CI === undefined ? { answerMs: 2000, recoveryMs: 5000 } : { answerMs: 5000, recoveryMs: 20_000 };

/** What needs it, by the load's names. */
const needs: Record<DatabaseOwner, string[]> = {
  user: ['me'],
  product: ['products', 'product', 'order'],
  order: ['orders', 'order'],
};

test.afterEach(async () => {
  for (const owner of databaseOwners) await start(owner);
});

for (const owner of databaseOwners) stops(owner, `the database of ${owner} is stopped for a minute`, stoppedMs);
stops('order', `@short the database of order is stopped for ${shortMs / 1000} s`, shortMs);

function stops(owner: DatabaseOwner, title: string, ms: number): void {
  test(title, async ({ adminToken }) => {
    const before = await pods(owner);
    let readyAt = NaN;
    const report = await underLoad(adminToken, async () => {
      const until = performance.now() + ms;
      await kubectl(['scale', `statefulset/${owner}-db`, '--replicas=0']);
      await expect.poll(async () => (await pods(owner)).filter(isReady).length, { timeout: unreadyMs }).toBe(0);
      await sleep(until - performance.now());
      expect(await Promise.all((await pods(owner)).map(isAlive)), 'liveness').toEqual(before.map(() => true));
      await start(owner);
      readyAt = performance.now();
      await sleep(bounds.recoveryMs);
    });
    const { failures } = report;
    const last = Math.max(...failures.map(({ sentAt }) => sentAt));
    const slowest = Math.max(...failures.map(({ tookMs }) => tookMs));
    console.log(
      `  refused within ${slowest.toFixed(0)} ms, the last ${(last - readyAt).toFixed(0)} ms after its database was ready`,
    );

    expect(failures.length, 'it was felt').toBeGreaterThan(0);
    expectNone(
      failures.filter(({ name }) => !needs[owner].includes(name)),
      report,
      'others failed',
    );
    expectNone(
      failures.filter((failure) => !isRefusal(failure)),
      report,
      'no 503 in time with Retry-After',
    );
    expectNone(
      failures.filter(({ sentAt }) => sentAt > readyAt + bounds.recoveryMs),
      report,
      'failed after its end',
    );
    const after = await pods(owner);
    expect(after.map(({ metadata }) => metadata.uid).sort()).toEqual(before.map(({ metadata }) => metadata.uid).sort());
    expect(restarts(after), 'restarts').toBe(restarts(before));
  });
}

function isRefusal({ status, headers, tookMs }: LoadFailure): boolean {
  return status === 503 && Number(headers['retry-after']) >= 1 && tookMs < bounds.answerMs;
}

function isReady({ status }: Pod): boolean {
  return status.containerStatuses?.every(({ ready }) => ready) === true;
}

async function start(owner: DatabaseOwner): Promise<void> {
  await kubectl(['scale', `statefulset/${owner}-db`, '--replicas=1']);
  await kubectl(['rollout', 'status', `statefulset/${owner}-db`, '--timeout=90s'], 100_000);
}
