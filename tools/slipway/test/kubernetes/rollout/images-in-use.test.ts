import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imagesInUse } from '../../../src/kubernetes/rollout/images-in-use.ts';
import {
  cronJob,
  daemonSet,
  deployment,
  fakeView,
  job,
  pod,
  replicaSet,
  statefulSet,
} from '../../support/live-objects.ts';

const template = (image: string) => ({ template: { spec: { containers: [{ name: 'app', image }] } } });
const revision = (owner: string, number: number) => {
  const set = replicaSet(owner, number);
  return { ...set, spec: { ...set.spec, ...template(`${owner}:${number}`) } };
};

test('images of every revision that a Deployment keeps stay, and what a pod still runs', () => {
  const current = deployment('order', 10);
  const view = fakeView({
    deployments: [{ ...current, spec: { ...current.spec, ...template('order:10') } }],
    statefulSets: [statefulSet('order-db', {}, template('postgres:1'))],
    replicaSets: [...[3, 10].map((number) => revision('order', number)), revision('user', 1)],
    pods: [
      pod('old', {
        owner: { kind: 'ReplicaSet', name: 'order-2' },
        spec: { initContainers: [{ name: 'migrate', image: 'order:2' }], containers: [] },
      }),
    ],
  });
  assert.deepEqual([...imagesInUse(view)].sort(), ['order:10', 'order:2', 'order:3', 'postgres:1', 'user:1']);
});

test('so do those of Jobs, of CronJobs between their runs, and of DaemonSets without a node', () => {
  const clean = cronJob('order-clean');
  const view = fakeView({
    daemonSets: [daemonSet('order-agent', 1, {}, template('agent:1'))],
    jobs: [job('order-warm', {}, { spec: template('warm:1') })],
    cronJobs: [{ ...clean, spec: { ...clean.spec, jobTemplate: { spec: template('clean:1') } } }],
  });
  assert.deepEqual([...imagesInUse(view)].sort(), ['agent:1', 'clean:1', 'warm:1']);
});
