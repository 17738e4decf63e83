import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observedBefore } from '../../../src/kubernetes/rollout/observed-before.ts';
import type { Pod } from '../../../src/kubernetes/rollout/pod.ts';
import type { WorkloadState } from '../../../src/kubernetes/rollout/states.ts';
import { isWorkloadKind, workloadState } from '../../../src/kubernetes/rollout/workload-state.ts';
import {
  COMPLETE,
  complete,
  container,
  cronJob,
  daemonSet,
  deployment,
  ended,
  FAILED,
  fakeView,
  job,
  pod,
  podOf,
  READY,
  replicaSet,
  statefulSet,
  waiting,
} from '../../support/live-objects.ts';

type View = ReturnType<typeof fakeView>;
const deploymentState = (view: View, generation: number, before?: ReturnType<typeof observedBefore>) =>
  workloadState(view, { kind: 'Deployment', name: 'order', generation }, before);
const told = (state: WorkloadState) =>
  state.state === 'ready' ? 'ready' : `${state.reason.code} ${state.reason.outlook}: ${state.reason.detail}`;
const running = container({ state: { running: {} } });

test('a status that speaks of an older generation says nothing', () => {
  const view = fakeView({
    deployments: [deployment('order', 4, complete())],
    replicaSets: [replicaSet('order', 4)],
    pods: [podOf(4, [READY])],
  });
  assert.equal(told(deploymentState(view, 4)), 'ready');
  assert.equal(told(deploymentState(view, 5)), 'not-observed passing: ');
  view.change({ deployments: [deployment('order', 5, { observedGeneration: 4, ...complete() })] });
  assert.equal(told(deploymentState(view, 5)), 'not-observed passing: ');
  assert.equal(told(deploymentState(fakeView({}), 0)), 'not-observed passing: ');
});

test('what is still seen of an object that was deleted says nothing of the one that was made after it', () => {
  const jobs = [{ ...job('product-warm', COMPLETE), metadata: { name: 'product-warm', uid: 'old' } }];
  const of = (uid: string) => ({ kind: 'Job', name: 'product-warm', generation: 1, uid }) as const;
  assert.equal(told(workloadState(fakeView({ jobs }), of('old'))), 'ready');
  assert.equal(told(workloadState(fakeView({ jobs }), of('new'))), 'not-observed passing: ');
  const old = deployment('order', 4, complete());
  const deployments = [{ ...old, metadata: { ...old.metadata, uid: 'old' } }];
  const view = fakeView({ deployments, replicaSets: [replicaSet('order', 4)], pods: [podOf(4, [READY])] });
  assert.match(told(workloadState(view, { kind: 'Deployment', name: 'order', generation: 1, uid: 'new' })), /^not-obs/);
});

test('an old pod that is ready is not the new revision', () => {
  const status = { ...complete(), updatedReplicas: 0 };
  const view = fakeView({ deployments: [deployment('order', 5, status)], pods: [podOf(4, [READY])] });
  assert.equal(told(deploymentState(view, 5)), 'pods-missing passing: 0 of 1 ready');
});

test('while an old pod ends beside new ones that are ready, it is what is waited for', () => {
  const status = { ...complete(2), replicas: 3 };
  const deployments = [deployment('order', 5, status, 2)];
  const view = fakeView({
    deployments,
    replicaSets: [replicaSet('order', 5)],
    pods: [podOf(5, [READY]), podOf(5, [READY])],
  });
  assert.match(told(deploymentState(view, 5)), /^pods-missing passing: [12] of 2 ready, 1 more still there$/);
});

test('a status from before a restart of the cluster does not make pods ready', () => {
  const seen = { deployments: [deployment('order', 4, complete())], replicaSets: [replicaSet('order', 4)] };
  assert.match(told(deploymentState(fakeView({ ...seen, pods: [podOf(4, [running])] }), 4)), /^not-ready/);
  const leaving = podOf(4, [READY]);
  leaving.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  assert.equal(told(deploymentState(fakeView({ ...seen, pods: [leaving] }), 4)), 'pods-missing passing: 0 of 1 ready');
});

test('a pod that was evicted is replaced, and no failure', () => {
  const evicted = pod('order-4-gone', {
    owner: { kind: 'ReplicaSet', name: 'order-4' },
    status: { phase: 'Failed', reason: 'Evicted', containerStatuses: [container({ state: ended(78) })] },
  });
  const view = fakeView({
    deployments: [deployment('order', 4, complete())],
    replicaSets: [replicaSet('order', 4)],
    pods: [evicted, podOf(4, [READY])],
  });
  assert.equal(told(deploymentState(view, 4)), 'ready');
});

const PODSECURITY =
  'pods "order-5" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false';

test('pods that the policy refuses fail their own revision, not the next', () => {
  const status = { ...complete() };
  const refused = replicaSet('order', 5, { message: PODSECURITY });
  const view = fakeView({
    deployments: [deployment('order', 5, status)],
    replicaSets: [replicaSet('order', 4), refused],
  });
  assert.equal(told(deploymentState(view, 5)), `pods-forbidden final: ${PODSECURITY}`);
  view.change({
    deployments: [deployment('order', 6, complete())],
    replicaSets: [refused, replicaSet('order', 6)],
    pods: [podOf(6, [READY])],
  });
  assert.equal(told(deploymentState(view, 6)), 'ready');
});

test('a refusal from before the deploy is given time: what refused may be fixed', () => {
  const refused = replicaSet('order', 5, { message: PODSECURITY });
  const view = fakeView({ deployments: [deployment('order', 5)], replicaSets: [refused] });
  const before = observedBefore(view);
  assert.match(told(deploymentState(view, 5, before)), /^pods-forbidden standing/);
  view.change({ replicaSets: [replicaSet('order', 5, { message: PODSECURITY, since: '2026-11-28T10:05:00Z' })] });
  assert.match(told(deploymentState(view, 5, before)), /^pods-forbidden final/);
});

test('a quota and a webhook that is away may pass', () => {
  const refusedBy = (message: string) =>
    told(
      deploymentState(
        fakeView({ deployments: [deployment('order', 5)], replicaSets: [replicaSet('order', 5, { message })] }),
        5,
      ),
    );
  assert.match(
    refusedBy('pods "order-5" is forbidden: exceeded quota: compute, requested: cpu=1, used: cpu=4, limited: cpu=4'),
    /^quota-exceeded passing/,
  );
  assert.match(
    refusedBy('Internal error occurred: failed calling webhook "x": connect: connection refused'),
    /^pods-refused passing/,
  );
});

test('a StatefulSet is judged by the pods of its newest revision', () => {
  const set = statefulSet('order-db', { replicas: 1, updatedReplicas: 1, readyReplicas: 1, updateRevision: 'b' });
  const owner = { kind: 'StatefulSet', name: 'order-db' };
  const status = podOf(1, [READY]).status!;
  const podWith = (hash: string) => pod('order-db-0', { owner, labels: { 'controller-revision-hash': hash }, status });
  const stateOf = (pods: Pod[], sets = [set]) =>
    told(
      workloadState(fakeView({ statefulSets: sets, pods }), { kind: 'StatefulSet', name: 'order-db', generation: 1 }),
    );
  assert.equal(stateOf([podWith('b')]), 'ready');
  assert.equal(stateOf([podWith('a')]), 'pods-missing passing: 0 of 1 ready');
  for (const updateStrategy of [{ type: 'OnDelete' }, { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }]) {
    const kept = statefulSet('order-db', { replicas: 1, readyReplicas: 1, updateRevision: 'b' }, { updateStrategy });
    assert.equal(stateOf([podWith('a')], [kept]), 'ready', 'what it does not replace by itself is not waited for');
  }
});

test('a DaemonSet is ready when every node that it wants has its newest pod', () => {
  const owner = { kind: 'DaemonSet', name: 'order-agent' };
  const podWith = (template: string, containers = [READY]) =>
    pod(`order-agent-${template}`, {
      owner,
      labels: { 'pod-template-generation': template },
      status: podOf(1, containers).status!,
    });
  const counts = { desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1 };
  const stateOf = (status: object, pods: Pod[], spec = {}) =>
    told(
      workloadState(fakeView({ daemonSets: [daemonSet('order-agent', 2, status, spec)], pods }), {
        kind: 'DaemonSet',
        name: 'order-agent',
        generation: 2,
      }),
    );
  assert.equal(stateOf(counts, [podWith('2')]), 'ready');
  assert.equal(stateOf(counts, [podWith('1')]), 'pods-missing passing: 0 of 1 ready');
  assert.match(stateOf(counts, [podWith('2', [waiting('ImagePullBackOff')])]), /^image-unavailable standing/);
  assert.equal(
    stateOf({ ...counts, updatedNumberScheduled: 0 }, [podWith('1')], { updateStrategy: { type: 'OnDelete' } }),
    'ready',
  );
  assert.equal(stateOf({}, []), 'ready', 'no node matches');
});

test('a Job is followed until it has completed or failed (E9)', () => {
  const stateOf = (status: object, pods: Pod[] = [], spec = {}) =>
    workloadState(fakeView({ jobs: [job('product-warm', status, { spec })], pods }), {
      kind: 'Job',
      name: 'product-warm',
      generation: 1,
    });
  const owner = { kind: 'Job', name: 'product-warm' };
  assert.equal(told(stateOf(COMPLETE)), 'ready');
  assert.equal(told(stateOf({ active: 1 })), 'job-running passing: 0 of 1 completions');
  assert.equal(
    told(stateOf({ active: 1, failed: 2 }, [], { backoffLimit: 3 })),
    'job-running passing: 0 of 1 completions, 2 of 4 attempts failed',
  );
  assert.equal(told(stateOf({}, [], { suspend: true })), 'ready', 'as it is declared');
  const failed = pod('product-warm-x', {
    owner,
    status: { phase: 'Failed', containerStatuses: [container({ name: 'warm', state: ended(3) })] },
  });
  assert.deepEqual(stateOf(FAILED, [failed]), {
    state: 'unready',
    reason: {
      code: 'job-failed',
      outlook: 'final',
      object: { kind: 'Job', name: 'product-warm' },
      pod: 'product-warm-x',
      container: 'warm',
      detail: 'BackoffLimitExceeded: Job has reached the specified backoff limit',
    },
  });
  const crashing = pod('product-warm-y', {
    owner,
    status: { phase: 'Running', containerStatuses: [container({ restartCount: 5, state: ended(1) })] },
  });
  assert.match(told(stateOf({ active: 1 }, [crashing])), /^container-crashing passing/, 'its backoffLimit decides');
  const stuck = pod('product-warm-z', { owner, status: { containerStatuses: [waiting('ImagePullBackOff')] } });
  assert.match(told(stateOf({ active: 1 }, [stuck])), /^image-unavailable standing/);
});

test('a CronJob fails by its newest run, and in a deploy only by one that the deploy has seen begin', () => {
  const run = (name: string, status: object, at: string) => job(name, status, { owner: 'order-clean', at });
  const old = run('order-clean-1', FAILED, '2026-11-28T01:00:00Z');
  const view = fakeView({ cronJobs: [cronJob('order-clean')], jobs: [old] });
  const before = observedBefore(view);
  const stateOf = (known?: ReturnType<typeof observedBefore>) =>
    told(workloadState(view, { kind: 'CronJob', name: 'order-clean', generation: 1 }, known));
  assert.match(stateOf(), /^run-failed final: order-clean-1: BackoffLimitExceeded/);
  assert.equal(stateOf(before), 'ready');
  view.change({ jobs: [old, run('order-clean-2', FAILED, '2026-11-28T02:00:00Z')] });
  assert.match(stateOf(before), /^run-failed final: order-clean-2/);
  view.change({ jobs: [old, run('order-clean-3', COMPLETE, '2026-11-28T03:00:00Z')] });
  assert.equal(stateOf(), 'ready', 'the newest run worked');
  view.change({ jobs: [old, run('order-clean-4', { active: 1 }, '2026-11-28T04:00:00Z')] });
  assert.match(stateOf(), /order-clean-1/, 'one that runs has no result yet');
});

test('what has no state to wait for is not followed', () => {
  assert.equal(isWorkloadKind('DaemonSet'), true);
  for (const kind of ['ConfigMap', 'Service', 'toString']) assert.equal(isWorkloadKind(kind), false);
});
