import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { UserError } from '@slipway/util/errors';
import { connectKube } from '../../src/kubernetes/client/kube-api.ts';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';
import { namespace } from '../../src/manifests/defaults/namespace.ts';
import { foreignData, foreignProblems } from '../../src/deploy/namespace/foreign-problems.ts';
import { inSharedNamespace } from '../../src/deploy/namespace/in-shared-namespace.ts';
import { namespaceState } from '../../src/deploy/namespace/namespace-state.ts';
import { deploy } from '../../src/deploy/deploy.ts';
import { diff } from '../../src/deploy/diff.ts';
import type { PlannedObject } from '../../src/kubernetes/apply/plan.ts';
import { teardown } from '../../src/deploy/teardown.ts';
import type { Reporter } from '../../src/deploy/report/reporter.ts';
import type { Settings } from '../../src/util/workspace/settings.ts';
import { type FakeApi, openFakeApi, pathOf } from '../support/fake-api.ts';
import { fakeDocker } from '../support/fake-docker.ts';
import { serviceSpec } from '../support/service-spec.ts';

const settings: Settings = {
  workspaceRoot: join(import.meta.dirname, '../../../..'),
  stack: 'shop',
  workspace: 'our-shop',
  cluster: 'fake',
  defaultCluster: 'slipway',
};
const OWN = { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/managed-by': 'slipway' };
const MARK = { 'slipway.dev/workspace': 'our-shop' };
const ADOPTED = { ...MARK, 'slipway.dev/adopted': 'true' };
const signal = new AbortController().signal;
const { KUBECONFIG } = process.env;
const docker = fakeDocker({ fake: {} });
let api: FakeApi;
let said: string[];
const report: Reporter = {
  event: (_who, _step, message) => void said.push(message),
  block: (_who, _step, text) => void said.push(text),
  end: () => undefined,
};

before(async () => {
  api = await openFakeApi();
  process.env.KUBECONFIG = api.kubeconfig;
});
beforeEach(() => {
  api.objects.clear();
  api.silent.clear();
  api.writes.length = 0;
  said = [];
});
after(() => {
  api.close();
  docker.restore();
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
});

type Metadata = Partial<KubernetesObject['metadata']>;
let uids = 0;
type Rest = { spec?: object; data?: Record<string, string> };
function put(apiVersion: string, kind: string, name: string, { spec, data, ...metadata }: Metadata & Rest = {}) {
  const scope = ['Namespace', 'PersistentVolume', 'ClusterRole'].includes(kind) ? {} : { namespace: 'shop' };
  const uid = `object-${++uids}`;
  const object: KubernetesObject = { apiVersion, kind, metadata: { name, ...scope, uid, ...metadata } };
  Object.assign(object, { ...(spec && { spec }), ...(data && { data }) });
  api.objects.set(pathOf(object), object);
  return object;
}
const ownedBy = ({ apiVersion, kind, metadata: { uid = '', name } }: KubernetesObject) => ({
  ownerReferences: [{ apiVersion, kind, name, uid }],
});
const putNamespace = (metadata: Metadata) => put('v1', 'Namespace', 'shop', metadata);
const names = () => [...api.objects.values()].map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();

/** A stack as a deploy leaves it, with what controllers have made of it. */
function putStack(): void {
  const deployment = put('apps/v1', 'Deployment', 'order', { labels: OWN });
  const set = put('apps/v1', 'ReplicaSet', 'order-1', { labels: OWN, ...ownedBy(deployment) });
  put('v1', 'Pod', 'order-1-a', { labels: OWN, ...ownedBy(set) });
  const database = put('apps/v1', 'StatefulSet', 'order-db', {
    labels: OWN,
    spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
  });
  put('v1', 'Pod', 'order-db-0', { labels: OWN, ...ownedBy(database) });
  const labels = { 'app.kubernetes.io/name': 'order-db' };
  put('v1', 'PersistentVolumeClaim', 'data-order-db-0', { labels });
  put('v1', 'PersistentVolume', 'pv-1', { spec: { claimRef: { namespace: 'shop', name: 'data-order-db-0' } } });
  put('v1', 'Service', 'order', { labels: OWN });
  put('v1', 'Endpoints', 'order');
  put('v1', 'Secret', 'order', { labels: OWN });
  put('v1', 'ServiceAccount', 'default');
  put('v1', 'ConfigMap', 'kube-root-ca.crt');
  put('v1', 'Event', 'order.17');
  // Declared by an overlay without labels of ours: the inventory knows it.
  put('v1', 'ConfigMap', 'extra');
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'extra', namespace: 'shop' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'shop-reader' },
  ];
  const data = { _stack: JSON.stringify({ objects, migrations: {} }) };
  put('v1', 'ConfigMap', 'slipway-inventory', { labels: OWN, data });
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const owns = { apiVersion, fieldsType: 'FieldsV1', fieldsV1: { 'f:rules': {} } } as const;
  const fields = { manager: 'slipway', operation: 'Apply', ...owns } as const;
  put(apiVersion, 'ClusterRole', 'shop-reader', { managedFields: [fields] });
}

/** What somebody else keeps in the namespace. */
function putStrangers(): string[] {
  const web = put('apps/v1', 'Deployment', 'web');
  put('v1', 'Pod', 'web-1', ownedBy(web));
  put('v1', 'PersistentVolumeClaim', 'data-web-0');
  put('v1', 'PersistentVolume', 'pv-2', { spec: { claimRef: { namespace: 'shop', name: 'data-web-0' } } });
  put('v1', 'Secret', 'web', { labels: { 'app.kubernetes.io/part-of': 'shop' } });
  return ['Deployment/web', 'Pod/web-1', 'PersistentVolumeClaim/data-web-0', 'PersistentVolume/pv-2', 'Secret/web'];
}

function tearDown(options: { keepVolumes?: boolean; deleteForeignObjects?: boolean } = {}): Promise<void> {
  const all = { context: 'kind-fake', keepVolumes: false, deleteForeignObjects: false, timeout: 5, ...options };
  return teardown({ settings, report, signal }, all);
}

function run(work: typeof deploy | typeof diff, options: { adoptNamespace?: boolean; adoptStack?: string } = {}) {
  return work({ settings, report, signal }, ['order'], { context: 'kind-fake', timeout: 5, force: true, ...options });
}

test('a namespace is the stack’s by its mark, or by its labels where the stack is older than marks', () => {
  const state = (metadata?: Metadata) =>
    namespaceState(
      metadata && { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...metadata } },
      settings,
    );
  assert.deepEqual(state(), { state: 'absent' });
  assert.deepEqual(state(namespace('shop', 'our-shop').metadata), { state: 'created' });
  assert.deepEqual(state({ labels: OWN }), { state: 'created' });
  assert.deepEqual(state({ labels: { team: 'a' }, annotations: ADOPTED }), { state: 'adopted' });
  for (const labels of [
    {},
    { 'app.kubernetes.io/part-of': 'shop' },
    { ...OWN, 'app.kubernetes.io/part-of': 'other' },
    { ...OWN, 'app.kubernetes.io/managed-by': 'Helm' },
  ]) {
    assert.deepEqual(state({ labels }), { state: 'foreign' }, JSON.stringify(labels));
  }
  const other = { 'slipway.dev/workspace': 'their-shop' };
  assert.deepEqual(state({ labels: OWN, annotations: other }), {
    state: 'other-stack',
    workspace: 'their-shop',
    isAdopted: false,
  });
});

test('a deploy and a diff refuse a namespace of somebody else’s before anything is written, and say what to do', async () => {
  putNamespace({ labels: { team: 'a' } });
  for (const work of [deploy, diff]) {
    api.writes.length = 0;
    await assert.rejects(run(work), (error: UserError) => {
      assert.match(error.message, /namespace shop of kind-fake exists, and slipway did not create it/);
      assert.match(error.hint!, /nx\.json .*npx nx run-many -t deploy-kind --context kind-fake --adopt-namespace$/);
      return true;
    });
    assert.deepEqual(
      api.writes.filter((write) => !write.includes('/leases')),
      [],
    );
  }
});

test('the stack of another workspace is refused also to those who adopt namespaces, unless it is named', async () => {
  putNamespace({ labels: OWN, annotations: { 'slipway.dev/workspace': 'their-shop' } });
  for (const options of [{}, { adoptNamespace: true }, { adoptStack: 'another-shop' }]) {
    await assert.rejects(run(deploy, options), (error: UserError) => {
      assert.match(error.message, /holds the stack of the workspace "their-shop", not of "our-shop"/);
      assert.match(error.hint!, /--adopt-stack "their-shop"$/);
      return true;
    });
  }
  await assert.rejects(tearDown(), /holds the stack of the workspace "their-shop"/);
});

test('a teardown of a namespace that is not the stack’s deletes nothing', async () => {
  putNamespace({ labels: { team: 'a' } });
  putStrangers();
  const before = names();
  await assert.rejects(tearDown({ deleteForeignObjects: true }), /exists, and slipway did not create it/);
  assert.deepEqual(names(), before);
});

for (const [which, metadata] of [
  ['marked', { labels: OWN, annotations: MARK }],
  ['older than marks', { labels: OWN }],
] as const) {
  test(`the namespace that slipway made goes with its volumes (${which}), and what the overlay declared outside of it`, async () => {
    putNamespace(metadata);
    putStack();
    await tearDown();
    assert.deepEqual(names(), []);
  });
}

test('others’ objects in the namespace that slipway made are listed, and deleted only by order', async () => {
  putNamespace({ labels: OWN, annotations: MARK });
  putStack();
  putStrangers();
  const before = names();
  await assert.rejects(tearDown(), (error: UserError) => {
    assert.match(
      error.message,
      /: Deployment\/web, PersistentVolumeClaim\/data-web-0, Secret\/web\. Nothing was deleted$/,
    );
    assert.match(error.hint!, /npx nx run deploy:teardown --context kind-fake --delete-foreign-objects$/);
    return true;
  });
  assert.deepEqual(names(), before);
  await tearDown({ deleteForeignObjects: true });
  assert.deepEqual(
    names(),
    ['PersistentVolume/pv-2'].filter((name) => names().includes(name)),
  );
});

test('what an API that does not answer may hold is not deleted unasked', async () => {
  putNamespace({ labels: OWN, annotations: MARK });
  putStack();
  api.silent.add('metrics.k8s.io/v1beta1');
  await assert.rejects(tearDown(), (error: UserError) => {
    assert.match(error.message, /not known: metrics\.k8s\.io\/v1beta1 does not answer/);
    assert.match(error.hint!, /kubectl --context kind-fake get apiservices/);
    return true;
  });
});

test('volumes that are kept are still known as the stack’s later', async () => {
  putNamespace({ labels: OWN, annotations: MARK });
  putStack();
  putStrangers();
  await tearDown({ keepVolumes: true });
  const kept = ['PersistentVolumeClaim/data-order-db-0', 'Secret/order', 'Deployment/web', 'Secret/web'];
  for (const name of kept) assert.ok(names().includes(name), name);
  for (const name of ['Deployment/order', 'StatefulSet/order-db', 'Service/order', 'ConfigMap/extra']) {
    assert.ok(!names().includes(name), name);
  }
  await assert.rejects(tearDown(), (error: Error) => !error.message.includes('data-order-db-0'));
});

test('from an adopted namespace only the stack’s own objects go; its marks go, its labels stay', async () => {
  putNamespace({ labels: { team: 'a' }, annotations: { ...ADOPTED, note: 'theirs' } });
  putStack();
  const strangers = putStrangers();
  // Nobody can tell whose this was: it stays.
  put('v1', 'PersistentVolumeClaim', 'data-old-db-0', { labels: { 'app.kubernetes.io/name': 'old-db' } });
  await tearDown();
  assert.deepEqual(
    names(),
    [
      ...strangers,
      'PersistentVolumeClaim/data-old-db-0',
      'Namespace/shop',
      'ServiceAccount/default',
      'ConfigMap/kube-root-ca.crt',
      'Event/order.17',
      // Its controller takes it away with the Service; the fake has none.
      'Endpoints/order',
    ].sort(),
  );
  assert.ok(api.writes.includes('PATCH /api/v1/namespaces/shop'));
  assert.ok(!api.writes.includes('DELETE /api/v1/namespaces/shop'));
  assert.match(said.at(-2)!, /namespace shop, which slipway did not create, stays/);
});

test('beside others’ objects no label of the namespace is set, and no policy touches their pods', () => {
  const policy = (name: string, podSelector: object | undefined): KubernetesObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector, policyTypes: ['Ingress', 'Egress'] },
  });
  const order = policy('order', { matchLabels: { 'app.kubernetes.io/name': 'order' } });
  const elsewhere = { ...namespace('elsewhere', 'our-shop') };
  const shared = inSharedNamespace(
    [
      namespace('shop', 'our-shop'),
      elsewhere,
      order,
      policy('a', {}),
      policy('b', { matchLabels: {} }),
      policy('c', undefined),
    ],
    'shop',
  );
  const ours = { matchLabels: { 'app.kubernetes.io/part-of': 'shop' } };
  assert.deepEqual(shared, [elsewhere, order, ...['a', 'b', 'c'].map((name) => policy(name, ours))]);
});

test('data under the names that the stack needs is refused before it is read, where others may have objects', async () => {
  putNamespace({ annotations: ADOPTED });
  putStrangers();
  put('v1', 'Secret', 'order-db');
  put('v1', 'Secret', 'product', { labels: OWN });
  put('v1', 'PersistentVolumeClaim', 'data-order-db-0');
  put('v1', 'PersistentVolumeClaim', 'data-product-db-0', { labels: OWN });
  const serviceSpecs = ['order', 'product'].map((name) => serviceSpec(name, [], { hasDatabase: true }));
  const cluster = await connectKube('kind-fake');
  const whose = { stack: 'shop', inventory: {}, isShared: true };
  const found = await foreignData(cluster, whose, serviceSpecs);
  await cluster.close();
  assert.deepEqual(found.map(({ key }) => key).sort(), ['PersistentVolumeClaim/data-order-db-0', 'Secret/order-db']);
});

test('an object of somebody else’s is not taken over outside of the stack’s own namespace', () => {
  const planned = (kind: string, inside: boolean, labels?: Record<string, string>): PlannedObject => {
    const metadata = { name: 'x', ...(inside ? { namespace: 'shop' } : {}) };
    const object = { apiVersion: 'v1', kind, metadata };
    const live = labels && { ...object, metadata: { ...metadata, labels } };
    const plan = { object, path: '', outcome: 'changed', differences: [], foreign: [], generation: 0 } as const;
    return { ...plan, differences: [], foreign: [], ...(live && { live }) };
  };
  const all = [
    planned('ConfigMap', true, {}),
    planned('Service', true, OWN),
    planned('Secret', true),
    planned('ClusterRole', false, { team: 'a' }),
    planned('PriorityClass', false, OWN),
  ];
  const keys = (isShared: boolean) =>
    foreignProblems(all, { stack: 'shop', inventory: {}, isShared }).map(({ key }) => key);
  assert.deepEqual(keys(true), ['ConfigMap/x', 'ClusterRole/x']);
  assert.deepEqual(keys(false), ['ClusterRole/x']);
});
