import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeApi } from '../../src/kube/kube-api.ts';
import { nodeFaults } from '../../src/pipeline/preflight-cluster.ts';

/** A fake API server: a disk cannot be filled up for a test. */
const fakeApi = (conditions: { type: string; status: string; message: string }[]) =>
  ({
    context: 'kind-x',
    get: async () => ({ items: [{ metadata: { name: 'one' }, status: { conditions } }] }),
  }) as unknown as KubeApi;
const ready = { type: 'Ready', status: 'True', message: '' };

test('a healthy node has no faults', async () => {
  assert.deepEqual(await nodeFaults(fakeApi([ready, { type: 'DiskPressure', status: 'False', message: '' }])), []);
});

test('a full disk is found before pods are refused', async () => {
  const [fault] = await nodeFaults(fakeApi([ready, { type: 'DiskPressure', status: 'True', message: '' }]));
  assert.equal(fault!.file, 'node one');
  assert.match(fault!.problem, /disk is full/);
  assert.match(fault!.cure, /df -h/);
});

test('a node that is not ready says why', async () => {
  const [fault] = await nodeFaults(fakeApi([{ type: 'Ready', status: 'False', message: 'no network plugin' }]));
  assert.match(fault!.problem, /no network plugin/);
});
