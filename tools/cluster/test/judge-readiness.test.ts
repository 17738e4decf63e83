import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeReadiness, type KubeObject } from '../src/cluster/judge-readiness.ts';

const START = '2026-01-01T10:00:00.750Z';
const BEFORE = '2026-01-01T09:59:59Z';
const AFTER = '2026-01-01T10:00:05Z';

const containers = [{ name: 'x-control-plane', running: true, image: 'i', startedAt: Date.parse(START) }];

function cluster(changes: { heartbeat?: string; podStart?: string; nodeReady?: string } = {}): KubeObject[] {
  const { heartbeat = AFTER, podStart = AFTER, nodeReady = 'True' } = changes;
  const pod = (name: string, namespace: string, labels: Record<string, string>): KubeObject => ({
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { nodeName: 'x-control-plane' },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ state: { running: { startedAt: podStart } } }],
    },
  });
  return [
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

test('a healthy cluster waits for nothing', () => {
  const { waitingFor, nodes } = judgeReadiness(cluster(), containers);
  assert.deepEqual(waitingFor, []);
  assert.deepEqual(nodes, [{ name: 'x-control-plane', ready: true, version: 'v1.2.3' }]);
});

test('the second in which a node starts counts as after its start', () => {
  assert.deepEqual(judgeReadiness(cluster({ heartbeat: '2026-01-01T10:00:00Z' }), containers).waitingFor, []);
});

test('what etcd remembers from before a restart does not count', () => {
  assert.deepEqual(judgeReadiness(cluster({ heartbeat: BEFORE }), containers).waitingFor, ['node x-control-plane']);
  assert.deepEqual(judgeReadiness(cluster({ podStart: BEFORE }), containers).waitingFor, [
    'coredns',
    'local-path-provisioner',
  ]);
});

test('names each thing that is missing', () => {
  assert.deepEqual(judgeReadiness(cluster({ nodeReady: 'Unknown' }), containers).waitingFor, ['node x-control-plane']);
  const worker = { name: 'x-worker', running: true, image: 'i', startedAt: 0 };
  assert.deepEqual(judgeReadiness(cluster(), [...containers, worker]).waitingFor, ['node x-worker']);
  const without = (kind: string): KubeObject[] => cluster().filter((object) => object.kind !== kind);
  assert.deepEqual(judgeReadiness(without('StorageClass'), containers).waitingFor, ['a default StorageClass']);
  assert.deepEqual(judgeReadiness(without('Pod'), containers).waitingFor, ['coredns', 'local-path-provisioner']);
});

test('a pod on its way out does not count, neither for nor against', () => {
  const old = structuredClone(cluster()[1]) as KubeObject;
  old.metadata.deletionTimestamp = AFTER;
  old.status = {};
  assert.deepEqual(judgeReadiness([...cluster(), old], containers).waitingFor, []);
});
