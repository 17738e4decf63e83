import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterHint, deployTarget } from '../../../src/kubernetes/client/target.ts';

test('without a context the stack goes to the kind cluster of the settings', () => {
  assert.deepEqual(deployTarget('slipway', {}), { context: 'kind-slipway', cluster: 'slipway' });
});

test('a context of kind means the nodes of that cluster, whatever the settings say', () => {
  assert.deepEqual(deployTarget('slipway', { context: 'kind-two' }), { context: 'kind-two', cluster: 'two' });
});

test('a context that is not kind’s needs a registry that its nodes can pull from', () => {
  assert.throws(() => deployTarget('slipway', { context: 'prod-eu' }), {
    message: 'context "prod-eu" is not a kind cluster',
    hint: /--registry/,
  });
  const target = deployTarget('slipway', { context: 'prod-eu', registry: 'registry.example.com' });
  assert.deepEqual(target, { context: 'prod-eu', registry: 'registry.example.com' });
});

test('a context of k3d or minikube means that program, unless a registry is named', () => {
  const k3d = deployTarget('slipway', { context: 'k3d-dev' });
  assert.deepEqual(k3d, { context: 'k3d-dev', program: 'k3d', cluster: 'dev' });
  const minikube = deployTarget('slipway', { context: 'minikube' });
  assert.deepEqual(minikube, { context: 'minikube', program: 'minikube', cluster: 'minikube' });
  const target = deployTarget('slipway', { context: 'k3d-dev', registry: '127.0.0.1:5000' });
  assert.deepEqual(target, { context: 'k3d-dev', registry: '127.0.0.1:5000' });
});

test('kind with a registry pulls from it', () => {
  const target = deployTarget('slipway', { registry: '127.0.0.1:5000' });
  assert.deepEqual(target, { context: 'kind-slipway', registry: '127.0.0.1:5000' });
});

test('the hint for a cluster that is away names that cluster', () => {
  assert.equal(clusterHint('kind-two'), 'npm run cluster -- up --name two');
  assert.equal(clusterHint('prod-eu'), 'kubectl --context prod-eu get nodes');
});
