import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflist, networkFile } from '../src/cluster/pod-routes.ts';

const ranges = [
  { node: 'x-worker2', range: '10.244.2.0/24' },
  { node: 'x-control-plane', range: '10.244.0.0/24' },
  { node: 'x-worker', range: '10.244.1.0/24' },
];

const subnets = { pods: '10.244.0.0/16', services: '10.96.0.0/16' };

test('a node has a route to every other node and none to itself', () => {
  assert.equal(
    networkFile('x-worker', ranges, subnets),
    'subnet 10.244.0.0/16\nservices 10.96.0.0/16\npeer x-control-plane 10.244.0.0/24\npeer x-worker2 10.244.2.0/24\n',
  );
});

test('a single node has no peers', () => {
  assert.equal(
    networkFile('a', [{ node: 'a', range: '10.244.0.0/24' }], subnets),
    'subnet 10.244.0.0/16\nservices 10.96.0.0/16\n',
  );
});

test('pods get addresses from the range of their node, and host ports', () => {
  const { plugins } = JSON.parse(conflist('x-worker', ranges)) as {
    plugins: Array<{ type: string; ipam?: { ranges: unknown } }>;
  };
  assert.deepEqual(
    plugins.map(({ type }) => type),
    ['ptp', 'portmap'],
  );
  assert.deepEqual(plugins[0]?.ipam?.ranges, [[{ subnet: '10.244.1.0/24' }]]);
  assert.throws(() => conflist('other-cluster-node', ranges), /other-cluster-node/);
});
