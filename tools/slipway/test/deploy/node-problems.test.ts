import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeApi } from '../../src/kubernetes/client/kube-api.ts';
import { nodeProblems } from '../../src/deploy/stages/node-problems.ts';

/** A fake API server: a disk cannot be filled up for a test. */
const fakeApi = (conditions: { type: string; status: string; message: string }[]) =>
  ({
    context: 'kind-x',
    get: async () => ({ items: [{ metadata: { name: 'one' }, status: { conditions } }] }),
  }) as unknown as KubeApi;
const ready = { type: 'Ready', status: 'True', message: '' };

test('a healthy node has no problems', async () => {
  assert.deepEqual(await nodeProblems(fakeApi([ready, { type: 'DiskPressure', status: 'False', message: '' }])), []);
});

test('a full disk is found before pods are refused', async () => {
  const [problem] = await nodeProblems(fakeApi([ready, { type: 'DiskPressure', status: 'True', message: '' }]));
  assert.equal(problem!.file, 'node one');
  assert.match(problem!.message, /disk is full/);
  assert.match(problem!.hint, /df -h/);
});

test('a node that is not ready says why', async () => {
  const [problem] = await nodeProblems(fakeApi([{ type: 'Ready', status: 'False', message: 'no network plugin' }]));
  assert.match(problem!.message, /no network plugin/);
});
