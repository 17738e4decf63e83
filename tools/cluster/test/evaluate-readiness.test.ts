import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  evaluateReadiness,
  type KubeObject,
  RECIPE_ANNOTATION,
  type Readiness,
} from '../src/cluster/evaluate-readiness.ts';

const START = '2026-01-01T10:00:00.750Z';
const BEFORE = '2026-01-01T09:59:59Z';
const AFTER = '2026-01-01T10:00:05Z';

const containers = [{ name: 'x-control-plane', running: true, image: 'i', startedAt: Date.parse(START) }];

function evaluate(objects: readonly KubeObject[], nodes: Parameters<typeof evaluateReadiness>[1]): Readiness {
  return evaluateReadiness(objects, nodes, 'recipe-of-today');
}

function cluster(
  changes: { heartbeat?: string; podStart?: string; nodeReady?: string; renewTime?: string } = {},
): KubeObject[] {
  const { heartbeat = AFTER, podStart = AFTER, nodeReady = 'True', renewTime = AFTER } = changes;
  const pod = (name: string, namespace: string, labels: Record<string, string>): KubeObject => ({
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { nodeName: 'x-control-plane' },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ state: { running: { startedAt: podStart } } }],
    },
  });
  const lease = (name: string): KubeObject => ({
    kind: 'Lease',
    metadata: { name, namespace: 'kube-system' },
    spec: { holderIdentity: 'x-control-plane_1', renewTime },
  });
  return [
    lease('kube-controller-manager'),
    lease('kube-scheduler'),
    {
      kind: 'Node',
      metadata: { name: 'x-control-plane' },
      status: {
        conditions: [{ type: 'Ready', status: nodeReady, lastHeartbeatTime: heartbeat }],
        nodeInfo: { kubeletVersion: 'v1.2.3' },
      },
    },
    pod('coredns-1', 'kube-system', { 'k8s-app': 'kube-dns' }),
    pod('local-path-1', 'local-path-storage', { app: 'local-path-provisioner' }),
    {
      kind: 'StorageClass',
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    },
  ];
}

const podOf = (changes: { podStart?: string } = {}): KubeObject => cluster(changes).find(({ kind }) => kind === 'Pod')!;

test('a healthy cluster waits for nothing', () => {
  const { waitingFor, nodes, policies } = evaluate(cluster(), containers);
  assert.deepEqual(waitingFor, []);
  assert.equal(policies, null);
  assert.deepEqual(nodes, [{ name: 'x-control-plane', ready: true, version: 'v1.2.3' }]);
});

test('the second in which a node starts counts as after its start', () => {
  assert.deepEqual(evaluate(cluster({ heartbeat: '2026-01-01T10:00:00Z' }), containers).waitingFor, []);
});

test('what etcd remembers from before a restart does not count', () => {
  assert.deepEqual(evaluate(cluster({ heartbeat: BEFORE }), containers).waitingFor, ['node x-control-plane']);
  assert.deepEqual(evaluate(cluster({ podStart: BEFORE }), containers).waitingFor, [
    'coredns',
    'local-path-provisioner',
    'the current state of 2 pods',
  ]);
});

test('a pod that runs in the memory of etcd may not run', () => {
  const ofShop = (podStart: string): KubeObject => {
    const pod = podOf({ podStart });
    pod.metadata = { name: 'order-1', namespace: 'shop', labels: { app: 'order' } };
    return pod;
  };
  assert.deepEqual(evaluate([...cluster(), ofShop(BEFORE)], containers).waitingFor, ['the current state of 1 pods']);
  assert.deepEqual(evaluate([...cluster(), ofShop(AFTER)], containers).waitingFor, []);
  const leaving = ofShop(BEFORE);
  leaving.metadata.deletionTimestamp = AFTER;
  assert.deepEqual(evaluate([...cluster(), leaving], containers).waitingFor, []);
  const failing = ofShop(BEFORE);
  failing.status = { containerStatuses: [{ state: {} }] };
  assert.deepEqual(
    evaluate([...cluster(), failing], containers).waitingFor,
    [],
    'a pod that fails is not a state of the cluster',
  );
});

test('controllers do nothing until the lease of their predecessors has expired', () => {
  const held = cluster({ renewTime: '2026-01-01T10:00:00.740000Z' });
  assert.deepEqual(evaluate(held, containers).waitingFor, ['kube-controller-manager', 'kube-scheduler']);
  assert.deepEqual(evaluate(cluster({ renewTime: '2026-01-01T10:00:00.760000Z' }), containers).waitingFor, []);
});

test('each missing part is named', () => {
  assert.deepEqual(evaluate(cluster({ nodeReady: 'Unknown' }), containers).waitingFor, ['node x-control-plane']);
  const worker = { name: 'x-worker', running: true, image: 'i', startedAt: 0 };
  assert.deepEqual(evaluate(cluster(), [...containers, worker]).waitingFor, ['node x-worker']);
  const without = (kind: string): KubeObject[] => cluster().filter((object) => object.kind !== kind);
  assert.deepEqual(evaluate(without('StorageClass'), containers).waitingFor, ['a default StorageClass']);
  assert.deepEqual(evaluate(without('Pod'), containers).waitingFor, ['coredns', 'local-path-provisioner']);
});

test('a terminating pod does not count', () => {
  const old = podOf();
  old.metadata.deletionTimestamp = AFTER;
  old.status = {};
  assert.deepEqual(evaluate([...cluster(), old], containers).waitingFor, []);
});

const enforcer = (name: string, recipe?: string): KubeObject => ({
  kind: 'DaemonSet',
  metadata: {
    name,
    namespace: 'kube-system',
    ...(recipe === undefined ? {} : { annotations: { [RECIPE_ANNOTATION]: recipe } }),
  },
});
const enforcerPod = (nodeName: string): KubeObject => {
  const pod = podOf();
  pod.metadata = { name: 'kube-router-1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-router' } };
  pod.spec = { nodeName };
  return pod;
};

test('the enforcer of network policies must be up on every node', () => {
  const ours = enforcer('kube-router', 'recipe-of-today');
  const alone = evaluate([...cluster(), ours], containers);
  assert.deepEqual(alone.waitingFor, ['kube-router on x-control-plane']);
  const whole = evaluate([...cluster(), ours, enforcerPod('x-control-plane')], containers);
  assert.deepEqual(whole.waitingFor, []);
  assert.deepEqual(whole.policies, { by: 'kube-router', isCurrent: true });
});

test('an enforcer of an older recipe is named and not waited for: `up` replaces it', () => {
  const { waitingFor, policies } = evaluate([...cluster(), enforcer('kube-router', 'older')], containers);
  assert.deepEqual(waitingFor, []);
  assert.deepEqual(policies, { by: 'kube-router', isCurrent: false });
});

test('kind’s own network enforces policies too', () => {
  assert.deepEqual(evaluate([...cluster(), enforcer('kindnet')], containers).policies, {
    by: 'kindnet',
    isCurrent: true,
  });
});
