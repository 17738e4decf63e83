import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allPlanned, type DeployPlan, refuseDrift, staleObjects } from '../../../src/deploy/stages/plan.ts';
import { writeInventoryEntry } from '../../../src/kubernetes/apply/inventory/inventory.ts';
import type { ValidationError } from '../../../src/util/problems/validation-error.ts';
import { fixture, NAMESPACE, objectId, workload } from './plan-fixture.ts';

const declared = [NAMESPACE, ...workload('order'), ...workload('product')];
const outcomes = (plan: DeployPlan) =>
  Object.fromEntries(
    allPlanned(plan).map(({ object, outcome }) => [`${object.kind}/${object.metadata.name}`, outcome]),
  );

test('a plan says what would be created, and writes nothing', async () => {
  const { api, plan } = fixture();
  const found = await plan(declared, async (_, value) => outcomes(value));
  assert.deepEqual(Object.values(found), Array(5).fill('created'));
  assert.deepEqual(api.writes, []);
  assert.equal(api.objects.size, 0);
});

test('what the cluster has already is unchanged; another image changes the Deployment alone', async () => {
  const { api, plan } = fixture();
  for (const object of declared) await api.send('PATCH', pathFor(object), object);
  assert.deepEqual(
    new Set(Object.values(await plan(declared, async (_, value) => outcomes(value)))),
    new Set(['unchanged']),
  );
  const next = [NAMESPACE, ...workload('order', 'v2'), ...workload('product')];
  const changed = await plan(next, async (_, value) => outcomes(value));
  assert.deepEqual(
    Object.entries(changed).filter(([, outcome]) => outcome !== 'unchanged'),
    [['Deployment/order', 'changed']],
  );
});

function pathFor({ kind, metadata: { name } }: (typeof declared)[number]): string {
  const resource = { Namespace: '', Service: '/services', Deployment: '/deployments' }[kind]!;
  const group = kind === 'Deployment' ? '/apis/apps/v1' : '/api/v1';
  const query = '?fieldManager=slipway';
  return kind === 'Namespace'
    ? `${group}/namespaces/${name}${query}`
    : `${group}/namespaces/shop${resource}/${name}${query}`;
}

test('a deploy of one service plans its objects and the shared ones, and no orphaned service', async () => {
  const { api, plan } = fixture({ services: ['product'] });
  await writeInventoryEntry(api, 'shop', 'gone', { objects: [], migrations: {} });
  await plan(declared, async (_, value) => {
    assert.deepEqual(Object.keys(outcomes(value)), ['Namespace/shop', 'Service/product', 'Deployment/product']);
    assert.deepEqual(value.orphanedServices, []);
    assert.deepEqual(
      value.declared.map(objectId),
      declared.filter(({ metadata }) => metadata.name !== 'order').map(objectId),
    );
  });
});

test('what the inventory lists and the files no longer declare is orphaned, of services and of the stack', async () => {
  const { api, plan } = fixture();
  const old = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'shop' });
  for (const owner of ['_stack', 'order', 'gone'])
    await writeInventoryEntry(api, 'shop', owner, { objects: [old(owner)], migrations: {} });
  await plan(declared, async (_, value) => {
    assert.deepEqual(value.orphanedServices, [{ service: 'gone', objects: [old('gone')] }]);
    assert.deepEqual(staleObjects(value), ['_stack', 'order', 'gone'].map(old));
  });
});

test('what the API server refuses is a problem that names the object, together with all others', async () => {
  const { api, plan } = fixture();
  api.intercept = (method, path) =>
    method === 'PATCH' && path.includes('/deployments/')
      ? { status: 422, body: JSON.stringify({ message: 'spec.selector: field is immutable' }) }
      : undefined;
  await assert.rejects(
    plan(declared, async () => undefined),
    ({ problems }: ValidationError) => {
      assert.equal(problems.length, 2);
      assert.ok(problems.every(({ message }) => message.includes('field is immutable')));
      return true;
    },
  );
  assert.deepEqual(api.writes, []);
});

test('with watch mode’s runner the pods run under it, and the plan still knows what the files declare', async () => {
  const { plan } = fixture({ options: { devRunner: 'console.log("runner")' } });
  await plan(declared, async (_, value) => {
    assert.ok(Object.keys(outcomes(value)).some((name) => name.startsWith('ConfigMap/order-dev-runner-')));
    assert.deepEqual(value.declared, declared);
  });
});

test('fields that others have set are refused with --no-force, and nothing is touched', async () => {
  const { report, plan } = fixture({ options: { force: false } });
  await plan(declared, async (context, value) => {
    refuseDrift(context, value);
    value.shared.planned[0]!.foreign.push({ field: '.metadata.labels.team', manager: 'kubectl-edit', how: 'set' });
    assert.throws(() => refuseDrift(context, value), /others have set 1 of our fields .* nothing was touched/);
  });
  assert.match(report.lines.join('\n'), /Namespace\/shop \.metadata\.labels\.team was set by kubectl-edit: kept/);
});
