import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../../src/kubernetes/apply/apply-changes.ts';
import { plan } from '../../../src/kubernetes/apply/plan.ts';
import { fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { workloadState } from '../../../src/kubernetes/rollout/workload-state.ts';
import { parseQuantity } from '../../../src/util/format/quantity.ts';
import { fakeView, statefulSet } from '../../support/live-objects.ts';

const SETS = '/apis/apps/v1/namespaces/shop/statefulsets/order-db';
const CLAIMS = '/api/v1/namespaces/shop/persistentvolumeclaims';
const REFUSED =
  'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';

const claimSpec = (size: string) => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } });
function set(size: string, more: object = {}): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'order-db', namespace: 'shop' },
    spec: {
      serviceName: 'order-db',
      selector: { matchLabels: { a: 'b' } },
      // As the API server completes it.
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: { ...claimSpec(size), ...more }, status: { phase: 'Pending' } },
      ],
    },
  };
}
const claim = (name: string, size: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'shop' },
  spec: claimSpec(size),
});

/** A cluster with the set and claims of it and of others; `grows`: whether their class allows it. */
function cluster(grows = true) {
  const api = fakeKubeApi([
    set('1Gi', { volumeMode: 'Filesystem' }),
    ...['data-order-db-0', 'data-order-db-x', 'data-other-db-0'].map((name) => claim(name, '1Gi')),
    claim('data-order-db-1', '4Gi'),
  ]);
  api.intercept = (method, path) => {
    if (method !== 'PATCH') return undefined;
    if (path === SETS && api.objects.has(SETS))
      return { status: 422, body: JSON.stringify({ message: 'updates to statefulset spec for fields other than …' }) };
    return path.startsWith(CLAIMS) && !grows ? { status: 403, body: JSON.stringify({ message: REFUSED }) } : undefined;
  };
  return api;
}

test('a volume grows: the set is made anew around its pods, and its smaller claims ask for more', async () => {
  const api = cluster();
  const { planned, problems } = await plan(api, [set('2Gi')]);
  assert.deepEqual(problems, []);
  assert.equal(planned[0]!.outcome, 'recreated');
  assert.equal(planned[0]!.recreation!.policy, 'Orphan', 'its pods stay');
  assert.deepEqual(planned[0]!.recreation!.growing, [{ path: `${CLAIMS}/data-order-db-0`, size: '2Gi' }]);
  assert.deepEqual(api.writes, []);
  await apply(api, planned, { timeoutMs: 1_000 });
  assert.deepEqual(api.writes, [`PATCH ${CLAIMS}/data-order-db-0`, `DELETE ${SETS}`, `PATCH ${SETS}`]);
  assert.deepEqual(api.objects.get(`${CLAIMS}/data-order-db-0`)!.spec, claimSpec('2Gi'));
});

test('a class that lets no volume grow is a problem before anything is touched', async () => {
  const api = cluster(false);
  const { problems } = await plan(api, [set('2Gi')]);
  assert.match(problems[0]!.message, /must support resize/);
  assert.match(problems[0]!.hint, /grows only where its class allows it: take the change back/);
  assert.deepEqual(api.writes, []);
});

for (const [what, declared] of [
  ['shrink', set('512Mi')],
  ['change their class', set('2Gi', { storageClassName: 'fast' })],
  ['change their access mode', set('2Gi', { accessModes: ['ReadWriteMany'] })],
] as const) {
  test(`volumes that would ${what} are refused, and the set stays`, async () => {
    const api = cluster();
    const { problems } = await plan(api, [declared]);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.hint, /take the change back, or move the data to a new volume/);
    assert.deepEqual(api.writes, []);
  });
}

test('a set is not ready while a volume of it is smaller than its claim asks for', () => {
  const grown = (capacity: string) => ({
    metadata: { name: 'data-order-db-0' },
    spec: claimSpec('2Gi'),
    status: {
      capacity: { storage: capacity },
      conditions: [{ type: 'FileSystemResizePending', status: 'True', message: 'Waiting for a pod' }],
    },
  });
  const sets = [statefulSet('order-db', {}, { replicas: 0, volumeClaimTemplates: [{ metadata: { name: 'data' } }] })];
  const state = (capacity: string) =>
    workloadState(fakeView({ statefulSets: sets, claims: [grown(capacity)] }), {
      kind: 'StatefulSet',
      name: 'order-db',
      generation: 0,
    });
  const waiting = state('1Gi');
  assert.ok(waiting.state === 'unready');
  assert.equal(waiting.reason.code, 'volume-growing');
  assert.match(waiting.reason.detail, /data-order-db-0 has 1Gi of 2Gi; FileSystemResizePending: Waiting for a pod/);
  assert.equal(state('2147483648').state, 'ready');
});

test('quantities are read as Kubernetes reads them', () => {
  const read = ['1Gi', '1.5Ki', '2e3', '100m', '3M', '2k', '.5', '1E', '1Ei'].map(parseQuantity);
  assert.deepEqual(read, [2 ** 30, 1536, 2000, 0.1, 3e6, 2000, 0.5, 1e18, 2 ** 60]);
  assert.deepEqual(
    ['500n', '250u', '1.001G', '5.', '1e+21', '-1'].map(parseQuantity),
    [5e-7, 2.5e-4, 1_001_000_000, 5, 1e21, -1],
  );
  assert.deepEqual(['', 'Gi', '1gi', '1 Gi', '1iG', '1e3Mi', '1K'].map(parseQuantity), Array(7).fill(undefined));
});
