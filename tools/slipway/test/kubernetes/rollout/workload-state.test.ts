import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import type { StackView } from '../../../src/kubernetes/rollout/stack-view.ts';
import { REVISION_ANNOTATION, workloadState } from '../../../src/kubernetes/rollout/workload-state.ts';

const REFUSED = { type: 'ReplicaFailure', status: 'True', message: 'violates PodSecurity' };

function deployment(generation: number, revision: string, status: object): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'order', generation, annotations: { [REVISION_ANNOTATION]: revision } },
    spec: { replicas: 1 },
    status,
  };
}
function replicaSet(revision: string, conditions: object[] = []): KubernetesObject {
  const metadata = {
    name: `order-${revision}`,
    annotations: { [REVISION_ANNOTATION]: revision },
    ownerReferences: [{ kind: 'Deployment', name: 'order' }],
  };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, status: { conditions } };
}
/** The one pod of a revision. */
function pod(revision: string, ready = 'True'): KubernetesObject {
  const metadata = {
    name: `order-${revision}-abcde`,
    ownerReferences: [{ kind: 'ReplicaSet', name: `order-${revision}` }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, status: { conditions: [{ type: 'Ready', status: ready }] } };
}
const byName = (objects: KubernetesObject[]) => new Map(objects.map((object) => [object.metadata.name, object]));
const view = (workload: KubernetesObject, ...objects: KubernetesObject[]) =>
  ({
    deployments: byName([workload]),
    statefulSets: new Map(),
    replicaSets: byName(objects.filter(({ kind }) => kind === 'ReplicaSet')),
    pods: byName(objects.filter(({ kind }) => kind === 'Pod')),
  }) as unknown as StackView;
const stateOf = (stack: StackView, generation: number) =>
  workloadState(stack, { kind: 'Deployment', name: 'order', generation });
const SERVING = { updatedReplicas: 1, availableReplicas: 1, replicas: 1 };

test('a status that speaks of an older generation says nothing', () => {
  const seen = deployment(4, '4', { observedGeneration: 4, ...SERVING });
  const stack = view(seen, replicaSet('4'), pod('4'));
  assert.deepEqual(stateOf(stack, 4), { state: 'ready' });
  assert.deepEqual(stateOf(stack, 5), { state: 'waiting', for: '' });
  const behind = deployment(5, '4', { observedGeneration: 4, ...SERVING });
  assert.deepEqual(stateOf(view(behind), 5), { state: 'waiting', for: '' });
});

test('an old pod that still serves is not the new revision', () => {
  const status = { observedGeneration: 5, updatedReplicas: 0, availableReplicas: 1, replicas: 1 };
  assert.deepEqual(stateOf(view(deployment(5, '5', status)), 5), { state: 'waiting', for: 'its pods: 0 of 1 ready' });
});

test('pods that the policy refuses are fatal for their own revision, not for the next', () => {
  const status = { observedGeneration: 5, ...SERVING, conditions: [REFUSED] };
  const refused = stateOf(view(deployment(5, '5', status), replicaSet('4'), replicaSet('5', [REFUSED])), 5);
  assert.equal(refused.state, 'fatal');
  const healed = view(
    deployment(6, '6', { ...status, observedGeneration: 6 }),
    replicaSet('5', [REFUSED]),
    replicaSet('6'),
    pod('6'),
  );
  assert.deepEqual(stateOf(healed, 6), { state: 'ready' });
});

test('a status from before a restart of the cluster does not make pods serve', () => {
  const seen = deployment(4, '4', { observedGeneration: 4, ...SERVING });
  const waiting = { state: 'waiting', for: 'its pods: 0 of 1 ready' };
  assert.deepEqual(stateOf(view(seen, replicaSet('4'), pod('4', 'False')), 4), waiting);
  assert.deepEqual(stateOf(view(seen, replicaSet('3'), replicaSet('4'), pod('3')), 4), waiting);
  const leaving = pod('4');
  leaving.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  assert.deepEqual(stateOf(view(seen, replicaSet('4'), leaving), 4), waiting);
});
