import assert from 'node:assert/strict';
import { test } from 'node:test';
import { volumesSettled } from '../../../src/deploy/stages/volumes-settled.ts';
import { openChanges } from '../../../src/kubernetes/rollout/changes.ts';
import type { Pod } from '../../../src/kubernetes/rollout/pod.ts';

/** Pods that the test places. */
function view() {
  const { changed, until } = openChanges();
  const pods = new Map<string, Pod>();
  const put = (name: string, nodeName?: string) => {
    const spec = { containers: [], ...(nodeName === undefined ? {} : { nodeName }) };
    pods.set(name, { metadata: { name }, spec });
    changed();
  };
  return { view: { pods, until }, put };
}

test('the pods of services start when those of all databases have nodes', async () => {
  const { view: stack, put } = view();
  const seen: string[] = [];
  const settled = volumesSettled(stack, ['order-db', 'user-db'], 60_000).then(() => seen.push('settled'));
  put('order-db-0', 'node');
  put('user-db-0');
  await new Promise(setImmediate);
  assert.deepEqual(seen, []);
  put('user-db-0', 'node');
  await settled;
});

test('a volume that does not come holds up the services for a while only', async () => {
  await volumesSettled(view().view, ['order-db'], 20);
});

test('without a new database there is nothing to wait for', async () => {
  await volumesSettled(view().view, [], 60_000);
});

test('what ends the deploy ends the wait', async () => {
  const { until, fail } = openChanges();
  const settled = volumesSettled({ pods: new Map(), until }, ['order-db'], 60_000);
  fail(new Error('interrupted'));
  await assert.rejects(settled, /interrupted/);
});
