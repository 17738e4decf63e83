import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeApi } from '../../../src/kubernetes/client/kube-api.ts';
import { rollout, RolloutError } from '../../../src/kubernetes/rollout/wait-for-rollout.ts';
import type { RolloutState } from '../../../src/kubernetes/rollout/states.ts';
import type { WorkloadId } from '../../../src/kubernetes/rollout/workload-state.ts';
import {
  complete,
  container,
  deployment,
  ended,
  fakeView,
  FAILED,
  INITIALIZING,
  job,
  podOf,
  READY,
  replicaSet,
  waiting,
} from '../../support/live-objects.ts';

/** An API server that has a log for every container, and the events given by the name of their object. */
function fakeApi(events: Record<string, object[]> = {}): KubeApi {
  return {
    context: 'kind-fake',
    get: (path: string) => {
      const name = /involvedObject\.name%3D([\w-]+)/.exec(path)?.[1] ?? '';
      return Promise.resolve({ items: events[name] ?? [] });
    },
    text: () => Promise.resolve('the last words'),
  } as unknown as KubeApi;
}

const rolledOut = { deployments: [deployment('order', 5, complete())], replicaSets: [replicaSet('order', 5)] };
const workload: WorkloadId = { kind: 'Deployment', name: 'order', generation: 5 };
/** Far below any limit of a test, so that what waits for them is quick; only their order matters. */
const timing = { lookMs: 10, standingMs: 60 };

function follow(view: ReturnType<typeof fakeView>, { timeoutMs = 20_000, api = fakeApi(), of = workload } = {}) {
  const told: string[] = [];
  const states: RolloutState[] = [];
  const progress = (text: string, state: RolloutState) => {
    told.push(text);
    states.push(state);
  };
  return { told, states, end: rollout({ api, view, stack: view.stack, timeoutMs, timing }, of, progress) };
}

async function failureOf(end: Promise<void>): Promise<RolloutError> {
  const error = await end.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RolloutError, String(error));
  return error;
}

test('an init container that fails once and then works is a rollout that works (E8)', async () => {
  const first = container({ name: 'wait-for', state: ended(1) });
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [INITIALIZING], [first])] });
  const { told, end } = follow(view);
  const again = container({ name: 'wait-for', restartCount: 1, state: ended(0, 'Completed'), lastState: ended(1) });
  setTimeout(() => view.change({ pods: [podOf(5, [INITIALIZING], [again])] }), 20);
  setTimeout(() => view.change({ pods: [podOf(5, [READY], [again])] }), 40);
  await end;
  assert.match(told[0]!, /^wait-for in order-5-abcde: ended: exit code 1/);
});

test('an image that arrives while its pod still backs off from pulling it is no failure (E10)', async () => {
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [waiting('ImagePullBackOff', 'not found')])] });
  const { told, states, end } = follow(view);
  setTimeout(() => view.change({ pods: [podOf(5, [READY])] }), 20);
  await end;
  assert.match(told[0]!, /^app in order-5-abcde: its image cannot be pulled: ImagePullBackOff: not found$/);
  assert.equal(states[0]!.code, 'image-unavailable');
});

test('so is a Secret that an operator creates a moment later', async () => {
  const view = fakeView({
    ...rolledOut,
    pods: [podOf(5, [waiting('CreateContainerConfigError', 'secret "x" not found')])],
  });
  const { end } = follow(view);
  setTimeout(() => view.change({ pods: [podOf(5, [READY])] }), 20);
  await end;
});

test('what Kubernetes has tried again in vain is a failure, long before the deadline', async () => {
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [waiting('ErrImagePull', 'no such host')])] });
  const { end } = follow(view);
  setTimeout(() => view.change({ pods: [podOf(5, [waiting('ImagePullBackOff', 'no such host')])] }), 20);
  const { state, message, hint } = await failureOf(end);
  assert.deepEqual(state, {
    code: 'image-unavailable',
    outlook: 'standing',
    object: { kind: 'Deployment', name: 'order' },
    pod: 'order-5-abcde',
    container: 'app',
    detail: 'ImagePullBackOff: no such host',
  });
  assert.match(message, /^app in order-5-abcde: its image cannot be pulled[^]*\| the last words/);
  assert.match(hint!, /registry/);
});

test('what only a change helps is a failure at once, with the end of the log and the command that shows more', async () => {
  const migrate = container({ name: 'migrate', state: ended(1) });
  const view = fakeView({ ...rolledOut, pods: [] });
  const { end } = follow(view);
  view.change({ pods: [podOf(5, [INITIALIZING], [migrate])] });
  const { state, message } = await failureOf(end);
  assert.equal(state.code, 'migration-failed');
  assert.match(
    message,
    /^migrate in order-5-abcde: a migration failed: exit code 1\n {2}its last log lines:\n {2}\| the last words\n/,
  );
  assert.match(message, /more: kubectl --context kind-fake -n shop describe pod order-5-abcde/);
});

test('a first crash is told with its log while Kubernetes tries again', async () => {
  const view = fakeView({ ...rolledOut, pods: [] });
  const { told, end } = follow(view);
  view.change({ pods: [podOf(5, [container({ state: ended(1) })])] });
  setTimeout(() => view.change({ pods: [podOf(5, [READY])] }), 50);
  await end;
  assert.ok(
    told.some((text) => /^app in order-5-abcde: ended: exit code 1\n[^]*\| the last words/.test(text)),
    told.join('\n'),
  );
});

test('at the deadline it names what it waits for, as data and in words', async () => {
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [container({ state: { running: {} } })])] });
  const { state, message, hint } = await failureOf(follow(view, { timeoutMs: 100 }).end);
  assert.equal(state.code, 'not-ready');
  assert.match(message, /^not ready after 0 s: app in order-5-abcde: running, not ready/);
  assert.match(hint!, /--timeout/);
  const nothing = await failureOf(follow(fakeView({}), { timeoutMs: 30 }).end);
  assert.equal(nothing.state.code, 'not-observed');
  assert.match(nothing.message, /Deployment\/order: Kubernetes has not acted/);
});

test('a pod that cannot mount says what is missing, from its events, and not from those of the pod before (E11)', async () => {
  const event = (uid: string, name: string) => ({
    type: 'Warning',
    reason: 'FailedMount',
    message: `MountVolume.SetUp failed for volume "extra" : configmap "${name}" not found`,
    lastTimestamp: '2026-11-28T10:00:00Z',
    involvedObject: { uid },
  });
  const api = fakeApi({
    'order-5-abcde': [event('uid-of-order-5-abcde', 'nobody-has-it'), event('older', 'fixed-since')],
  });
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [waiting('ContainerCreating')])] });
  const { told, end } = follow(view, { api });
  setTimeout(() => view.change({ pods: [podOf(5, [READY])] }), 100);
  await end;
  assert.ok(
    told.some((text) => /^pod order-5-abcde: a volume cannot be mounted: .*nobody-has-it/.test(text)),
    told.join('\n'),
  );
});

test('a Job that fails, fails the deploy (E9)', async () => {
  const view = fakeView({ jobs: [job('product-fail', { active: 1 })] });
  const { end } = follow(view, { of: { kind: 'Job', name: 'product-fail', generation: 1 } });
  view.change({ jobs: [job('product-fail', FAILED)] });
  const { state, message, hint } = await failureOf(end);
  assert.equal(state.code, 'job-failed');
  assert.match(message, /^Job\/product-fail: failed: BackoffLimitExceeded/);
  assert.match(hint!, /^fix the cause and deploy again: a deploy makes a Job that has failed anew$/);
});

test('progress is told once for each state', async () => {
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [waiting('ContainerCreating')])] });
  const { told, end } = follow(view);
  setTimeout(() => view.change({ pods: [podOf(5, [READY])] }), 60);
  await end;
  assert.deepEqual(told, ['app in order-5-abcde: starting: ContainerCreating']);
});

test('a watch that fails ends the wait with its error', async () => {
  const view = fakeView(rolledOut);
  const lost = new Error('connection lost');
  const { end } = follow({ ...view, until: () => Promise.reject(lost) });
  await assert.rejects(end, lost);
});
