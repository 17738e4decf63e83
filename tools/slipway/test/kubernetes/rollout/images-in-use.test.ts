import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imagesInUse } from '../../../src/kubernetes/rollout/images-in-use.ts';
import type { StackView } from '../../../src/kubernetes/rollout/stack-view.ts';

const template = (image: string) => ({ spec: { template: { spec: { containers: [{ image }] } } } });
const replicaSet = (owner: string, revision: number, image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `${owner}-${revision}`,
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: [{ uid: owner }],
  },
  ...template(image),
});

test('images of the present and the previous revision stay, and what a pod still runs', () => {
  const sets = [1, 3, 2, 10].map((revision) => replicaSet('order', revision, `order:${revision}`));
  const view = {
    deployments: new Map([['order', { ...template('order:10') }]]),
    statefulSets: new Map([['order-db', { ...template('postgres:1') }]]),
    replicaSets: new Map([...sets, replicaSet('user', 1, 'user:1')].map((set) => [set.metadata.name, set])),
    pods: new Map([['old', { spec: { initContainers: [{ image: 'order:2' }], containers: [] } }]]),
  } as unknown as StackView;
  assert.deepEqual([...imagesInUse(view)].sort(), ['order:10', 'order:2', 'order:3', 'postgres:1', 'user:1']);
});
