import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_BEFORE, observedBefore } from '../../../src/kubernetes/rollout/observed-before.ts';
import { podState } from '../../../src/kubernetes/rollout/pod-state.ts';
import type { Pod } from '../../../src/kubernetes/rollout/pod.ts';
import { container, ended, fakeView, INITIALIZING, podOf, READY, waiting } from '../../support/live-objects.ts';

const ORDER = { kind: 'Deployment', name: 'order' };
const stateOf = (pod: Pod, before = NOTHING_BEFORE) => podState(pod, ORDER, before);
/** `code outlook: detail`. */
const told = (pod: Pod, before = NOTHING_BEFORE) => {
  const state = stateOf(pod, before);
  return state === undefined ? 'ready' : `${state.code} ${state.outlook}: ${state.detail}`;
};
const crash = { state: { waiting: { reason: 'CrashLoopBackOff' } } };

test('an init container that fails and is started again is no failure of the rollout (E8)', () => {
  const failed = container({ name: 'wait-for', state: ended(1) });
  assert.equal(told(podOf(5, [INITIALIZING], [failed])), 'container-crashing passing: exit code 1');
  const backingOff = container({ name: 'wait-for', restartCount: 1, ...crash, lastState: ended(1) });
  assert.match(
    told(podOf(5, [INITIALIZING], [backingOff])),
    /^container-crashing passing: CrashLoopBackOff: exit code 1/,
  );
  const done = container({ name: 'wait-for', restartCount: 1, state: ended(0, 'Completed'), lastState: ended(1) });
  assert.equal(told(podOf(5, [READY], [done])), 'ready');
});

test('so is an app that ends until what it needs is there, and a first run out of memory', () => {
  for (const restartCount of [0, 1, 2]) {
    const crashed = container({ restartCount, ...crash, lastState: ended(1) });
    assert.match(told(podOf(5, [crashed])), /^container-crashing passing/);
  }
  const killed = container({ state: ended(137, 'OOMKilled') });
  assert.match(told(podOf(5, [killed])), /^out-of-memory passing/);
  assert.match(
    told(podOf(5, [container({ state: ended(0, 'Completed') })])),
    /^container-crashing passing: exit code 0/,
  );
});

test('what has ended four times keeps ending', () => {
  const crashed = container({ restartCount: 3, ...crash, lastState: ended(3) });
  assert.equal(told(podOf(5, [crashed])), 'container-crashing final: CrashLoopBackOff: exit code 3, restarted 3 times');
  const again = container({ restartCount: 7, state: { running: {} }, lastState: ended(1) });
  assert.equal(told(podOf(5, [again])), 'not-ready passing: ', 'it may stay this time');
});

test('restarts from before the deploy do not count, nor does an old end', () => {
  const old = podOf(5, [container({ restartCount: 40, ...crash, lastState: ended(1) })]);
  const before = observedBefore(fakeView({ pods: [old] }));
  assert.match(told(old, before), /passing/);
  const later = (restartCount: number) =>
    podOf(5, [container({ restartCount, ...crash, lastState: ended(1, 'Error', '2026-11-28T10:09:00Z') })]);
  assert.match(told(later(41), before), /passing/);
  assert.match(told(later(43), before), /final/);

  const refused = podOf(5, [container({ state: ended(78) })]);
  assert.equal(stateOf(refused)?.outlook, 'final');
  assert.equal(stateOf(refused, observedBefore(fakeView({ pods: [refused] })))?.outlook, 'passing');
  const sameName = podOf(5, [container({ state: ended(78) })]);
  sameName.metadata.uid = 'another';
  assert.equal(stateOf(sameName, observedBefore(fakeView({ pods: [refused] })))?.outlook, 'final', 'another pod');
});

test('out of memory is told with the limit, also of a container that was started again', () => {
  const spec = { containers: [{ name: 'app', resources: { limits: { memory: '24Mi' } } }] };
  const killed = container({ restartCount: 3, ...crash, lastState: ended(137, 'OOMKilled') });
  assert.equal(
    told(podOf(5, [killed], [], spec)),
    'out-of-memory final: CrashLoopBackOff: exit code 137, OOMKilled, at resources.limits.memory 24Mi, restarted 3 times',
  );
  const again = container({ restartCount: 1, state: { running: {} }, lastState: ended(137, 'OOMKilled') });
  assert.match(told(podOf(5, [again], [], spec)), /^out-of-memory passing: .*limits\.memory 24Mi.*started again$/);
  assert.match(told(podOf(5, [killed])), /at the memory of its node/);
});

test('a migration that fails is final at once; one that was ended is started again', () => {
  const migrate = (exit: object) => podOf(5, [INITIALIZING], [container({ name: 'migrate', state: exit })]);
  assert.equal(told(migrate(ended(1))), 'migration-failed final: exit code 1');
  assert.equal(told(migrate(ended(78))), 'environment-refused final: exit code 78');
  assert.match(told(migrate(ended(69))), /^container-crashing passing/, 'the database may still come');
  assert.match(told(migrate(ended(143))), /^container-crashing passing/);
  assert.match(told(migrate(ended(137, 'OOMKilled'))), /^out-of-memory passing/);
  assert.equal(told(migrate({ running: {} })), 'starting passing: running');
});

test('only slipway’s own containers mean by 78 that their environment is wrong', () => {
  assert.match(told(podOf(5, [container({ state: ended(78) })])), /^environment-refused final/);
  const foreign = container({ name: 'proxy', state: ended(78) });
  assert.match(told(podOf(5, [READY, foreign])), /^container-crashing passing/);
});

test('what the kubelet tries again is no failure before it has stood for a while', () => {
  assert.equal(told(podOf(5, [waiting('ErrImagePull', '503')])), 'image-unavailable passing: ErrImagePull: 503');
  assert.equal(
    told(podOf(5, [waiting('ImagePullBackOff', 'no such host')])),
    'image-unavailable standing: ImagePullBackOff: no such host',
  );
  assert.match(told(podOf(5, [waiting('ErrImageNeverPull')])), /^image-unavailable standing/);
  assert.match(
    told(podOf(5, [waiting('CreateContainerConfigError', "couldn't find key X in Secret shop/order")])),
    /^config-missing standing: CreateContainerConfigError: couldn't find key X/,
  );
  assert.match(
    told(podOf(5, [waiting('RunContainerError', 'exec: "nod": not found')])),
    /^container-not-created standing/,
  );
  assert.match(told(podOf(5, [waiting('InvalidImageName')])), /^image-name-invalid final/);
});

test('a kubelet that has not read a ConfigMap yet is on its way', () => {
  const message = 'failed to sync configmap cache: timed out waiting for the condition';
  assert.match(told(podOf(5, [waiting('CreateContainerConfigError', message)])), /^starting passing/);
  assert.equal(told(podOf(5, [waiting('ContainerCreating')])), 'starting passing: ContainerCreating');
});

test('a container that ended with its node has done nothing wrong', () => {
  for (const reason of ['Unknown', 'ContainerStatusUnknown']) {
    assert.match(told(podOf(5, [container({ state: ended(255, reason), restartCount: 5 })])), /^starting passing/);
    const migrate = container({ name: 'migrate', state: ended(255, reason) });
    assert.match(told(podOf(5, [INITIALIZING], [migrate])), /^starting passing/);
  }
});

test('a sidecar that runs is not what its pod waits for', () => {
  const spec = { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] };
  const proxy = container({ name: 'proxy', ready: true, started: true, state: { running: {} } });
  assert.equal(told(podOf(5, [READY], [proxy], spec)), 'ready');
  const app = container({ state: { running: {} } });
  assert.equal(stateOf(podOf(5, [app], [proxy], spec))?.container, 'app');
  const starting = container({ name: 'proxy', started: false, state: { running: {} } });
  assert.equal(stateOf(podOf(5, [INITIALIZING], [starting], spec))?.container, 'proxy');
});

test('the worst container is told, not the first', () => {
  const state = stateOf(
    podOf(5, [container({ state: { running: {} } }), { ...waiting('InvalidImageName'), name: 'proxy' }]),
  );
  assert.deepEqual(
    { ...state, detail: '' },
    {
      object: ORDER,
      pod: 'order-5-abcde',
      container: 'proxy',
      code: 'image-name-invalid',
      outlook: 'final',
      detail: '',
    },
  );
});

test('a pod without a node says why (E11)', () => {
  const message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
  const unscheduled = podOf(5, []);
  unscheduled.status = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] };
  assert.deepEqual(stateOf(unscheduled), {
    code: 'unschedulable',
    outlook: 'passing',
    object: ORDER,
    pod: 'order-5-abcde',
    detail: message,
  });
  unscheduled.status = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] };
  assert.equal(stateOf(unscheduled)?.code, 'scheduling-gated');
});

test('a pod whose readiness gate is closed says which', () => {
  const gated = podOf(5, [READY]);
  const message = 'corresponding condition of pod readiness gate "example.com/lb" does not exist.';
  gated.status!.conditions = [{ type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message }];
  assert.equal(told(gated), `not-ready passing: ${message}`);
});
