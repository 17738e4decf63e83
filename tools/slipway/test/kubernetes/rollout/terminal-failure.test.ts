import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTerminalFailure } from '../../../src/kubernetes/rollout/terminal-failure.ts';
import type { ContainerStatus, Pod } from '../../../src/kubernetes/rollout/pod.ts';

const status = (details: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'app',
  ready: false,
  restartCount: 0,
  ...details,
});
const pod = (containers: ContainerStatus[], init: ContainerStatus[] = []): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'order-1', creationTimestamp: '' },
  status: { containerStatuses: containers, initContainerStatuses: init },
});
const reasonOf = (containers: ContainerStatus[], init: ContainerStatus[] = []) =>
  findTerminalFailure(pod(containers, init))?.reason;

test('what heals by waiting is not fatal', () => {
  assert.equal(reasonOf([status({ state: { waiting: { reason: 'PodInitializing' } } })]), undefined);
  assert.equal(reasonOf([status({ state: { waiting: { reason: 'ContainerCreating' } } })]), undefined);
  assert.equal(reasonOf([status({ state: { running: {} } })]), undefined);
  assert.equal(reasonOf([status({ state: { terminated: { exitCode: 1 } }, restartCount: 0 })]), undefined);
  assert.equal(
    reasonOf([status({ state: { running: {} }, restartCount: 7, lastState: { terminated: { exitCode: 1 } } })]),
    undefined,
  );
});

test('a container that ended with its node has done nothing wrong', () => {
  const ended = { terminated: { exitCode: 255, reason: 'Unknown' } };
  assert.equal(reasonOf([status({ state: ended, restartCount: 5 })]), undefined);
  const initializing = { waiting: { reason: 'PodInitializing' } };
  assert.equal(reasonOf([status({ state: initializing, lastState: ended, restartCount: 5 })]), undefined);
  assert.equal(reasonOf([status({})], [status({ state: ended })]), undefined);
  const done = { terminated: { exitCode: 0, reason: 'Completed' } };
  assert.equal(reasonOf([status({})], [status({ state: done, restartCount: 5 })]), undefined, 'it has migrated again');
});

test("an image that cannot be had is fatal, with the runtime's words", () => {
  const waiting = { reason: 'ImagePullBackOff', message: 'no such host' };
  assert.equal(reasonOf([status({ state: { waiting } })]), 'ImagePullBackOff: no such host');
});

test('a missing ConfigMap is fatal, a kubelet that has not read it yet is not', () => {
  const waiting = (message: string) =>
    status({ state: { waiting: { reason: 'CreateContainerConfigError', message } } });
  assert.equal(reasonOf([waiting('configmap "x" not found')]), 'CreateContainerConfigError: configmap "x" not found');
  assert.equal(reasonOf([waiting('failed to sync configmap cache: timed out waiting for the condition')]), undefined);
});

test('a crash loop says the exit code of the last run', () => {
  const crashed = status({
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
    lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
  });
  assert.equal(reasonOf([crashed]), 'CrashLoopBackOff: exit code 137, OOMKilled');
});

test('a failed migration is fatal at once and named', () => {
  const migrate = status({ name: 'migrate', state: { terminated: { exitCode: 1, reason: 'Error' } } });
  assert.deepEqual(
    findTerminalFailure(pod([status({ state: { waiting: { reason: 'PodInitializing' } } })], [migrate])),
    {
      pod: 'order-1',
      container: 'migrate',
      reason: 'failed with exit code 1',
    },
  );
  const done = status({ name: 'migrate', state: { terminated: { exitCode: 0 } } });
  assert.equal(reasonOf([status({ state: { running: {} } })], [done]), undefined);
});

test('a service that refuses its environment is fatal at once', () => {
  assert.match(reasonOf([status({ state: { terminated: { exitCode: 78 } } })])!, /refused its environment/);
});

test('a service that ends again and again is fatal before Kubernetes calls it a loop', () => {
  assert.match(
    reasonOf([status({ restartCount: 2, state: { terminated: { exitCode: 3 } } })])!,
    /keeps ending: exit code 3/,
  );
});
