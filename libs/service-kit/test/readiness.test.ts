import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readiness } from '@shop/service-kit';

/** A service with one check, which the test decides. */
function service(fault: string | undefined) {
  const readiness = new Readiness();
  const state = { fault, asked: 0 };
  readiness.add('keys', () => {
    state.asked += 1;
    return state.fault;
  });
  return { readiness, state };
}

test('while a service starts, a probe hears of it as soon as it is ready', async () => {
  const { readiness, state } = service('the keys have not come yet');
  const answer = readiness.reportToProbe();
  while (state.asked < 2) await sleep(5);
  state.fault = undefined;
  assert.deepEqual(await answer, { isReady: true, checks: { keys: { status: 'ok' } } });
});

test('a service that does not become ready says in time why', async () => {
  const { readiness } = service('the keys have not come yet');
  const { isReady, checks } = await readiness.reportToProbe();
  assert.equal(isReady, false);
  assert.deepEqual(checks.keys, { status: 'failed', detail: 'the keys have not come yet' });
});

test('a service that was ready says at once that it is not', async () => {
  const { readiness, state } = service(undefined);
  await readiness.reportToProbe();
  state.fault = 'the database is away';
  const asked = state.asked;
  assert.equal((await readiness.reportToProbe()).isReady, false);
  assert.equal(state.asked, asked + 1, 'one look is enough');
});

test('a service that is told to stop while it starts says so at once', async () => {
  const { readiness, state } = service('the keys have not come yet');
  const answer = readiness.reportToProbe();
  while (state.asked < 1) await sleep(5);
  readiness.drain();
  const { checks } = await answer;
  assert.equal(checks.draining?.status, 'failed');
});
