import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databasesReady } from '../../../src/deploy/stages/databases-ready.ts';
import { openChanges } from '../../../src/kubernetes/rollout/changes.ts';
import type { Pod } from '../../../src/kubernetes/rollout/pod.ts';

/** Pods that the test makes ready. */
function view() {
  const { changed, until } = openChanges();
  const pods = new Map<string, Pod>();
  const put = (name: string, status: 'True' | 'False') => {
    const conditions = [{ type: 'Ready', status }];
    pods.set(name, { metadata: { name }, spec: { containers: [] }, status: { conditions } });
    changed();
  };
  return { view: { pods, until }, put };
}

test('it waits until all databases are ready', async () => {
  const { view: stack, put } = view();
  const seen: string[] = [];
  const settled = databasesReady(stack, ['order-db', 'user-db'], 60_000).then(() => seen.push('settled'));
  put('order-db-0', 'True');
  put('user-db-0', 'False');
  await new Promise(setImmediate);
  assert.deepEqual(seen, []);
  put('user-db-0', 'True');
  await settled;
});

test('a database that does not come holds up the others for a while only', async () => {
  await databasesReady(view().view, ['order-db'], 20);
});

test('without a new database there is nothing to wait for', async () => {
  await databasesReady(view().view, [], 60_000);
});

test('what ends the deploy ends the wait', async () => {
  const { until, fail } = openChanges();
  const settled = databasesReady({ pods: new Map(), until }, ['order-db'], 60_000);
  fail(new Error('interrupted'));
  await assert.rejects(settled, /interrupted/);
});
