import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../../src/kubernetes/apply/apply-changes.ts';
import { plan } from '../../../src/kubernetes/apply/plan.ts';
import { type FakeKubeApi, fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import { pathOf } from '../../../src/kubernetes/client/fake-resources.ts';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { reportPlan } from '../../../src/deploy/report/report-plan.ts';
import { heard } from '../../support/heard.ts';

const object = (apiVersion: string, kind: string, rest: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'product-warm', namespace: 'shop' },
  ...rest,
});
const job = (image: string) => object('batch/v1', 'Job', { spec: { template: { spec: { containers: [{ image }] } } } });
const service = (spec: object) => object('v1', 'Service', { spec: { type: 'ClusterIP', ...spec } });
const binding = (role: string) => object('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { name: role } });

/** As the API server: of a live object the fields below cannot change. */
function cluster(live: KubernetesObject): FakeKubeApi {
  const api = fakeKubeApi([live]);
  api.intercept = (method, path, sent) => {
    const present = api.objects.get(path);
    if (method !== 'PATCH' || present === undefined) return undefined;
    const { spec, roleRef } = JSON.parse(sent) as Record<string, unknown>;
    const isSame = JSON.stringify([present.spec, present.roleRef]) === JSON.stringify([spec, roleRef]);
    return isSame ? undefined : { status: 422, body: JSON.stringify({ message: 'field is immutable' }) };
  };
  return api;
}

const RECREATED: [what: string, live: KubernetesObject, declared: KubernetesObject, policy: string][] = [
  ['a Job’s image', job('v1'), job('v2'), 'Foreground'],
  ['the address of a Service', service({ clusterIP: '10.1.2.3' }), service({ clusterIP: 'None' }), 'Background'],
  ['the role of a RoleBinding', binding('reader'), binding('writer'), 'Background'],
];

for (const [what, live, declared, policy] of RECREATED) {
  test(`${what} cannot change in place: the object is deleted as it was seen, then applied, and the plan says so`, async () => {
    const api = cluster(live);
    const path = pathOf(live);
    const { uid } = api.objects.get(path)!.metadata;
    const { planned, problems } = await plan(api, [declared]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      planned.map(({ outcome, recreation }) => [outcome, recreation?.policy, recreation?.uid]),
      [['recreated', policy, uid]],
    );
    assert.ok(planned[0]!.differences.length > 0);
    assert.deepEqual(api.writes, []);

    const report = heard();
    reportPlan(planned, { stale: [], kept: [] }, report);
    assert.match(report.lines.join('\n'), /\/product-warm would be recreated: .*\n[^]*\n {2}~ .*→/);

    let deleted = {};
    const refuse = api.intercept!;
    api.intercept = (method, at, sent) => {
      if (method === 'DELETE') deleted = JSON.parse(sent) as object;
      return refuse(method, at, sent);
    };
    const begun: string[] = [];
    const applied = await apply(api, planned, { timeoutMs: 1_000, begin: ({ object: { kind } }) => begun.push(kind) });
    assert.deepEqual(api.writes, [`DELETE ${path}`, `PATCH ${path}`]);
    assert.partialDeepStrictEqual(deleted, { propagationPolicy: policy, preconditions: { uid } });
    assert.deepEqual(begun, [declared.kind]);
    const now = api.objects.get(path)!.metadata.uid;
    assert.notEqual(now, uid);
    assert.equal(applied.get(`${declared.kind}/product-warm`)!.uid, now, 'a rollout knows it from the old one');
  });
}

test('what may hold more than itself is refused as before', async () => {
  const api = cluster(service({ type: 'LoadBalancer', clusterIP: '10.1.2.3' }));
  const { problems } = await plan(api, [service({ type: 'LoadBalancer', clusterIP: 'None' })]);
  assert.match(problems[0]!.message, /field is immutable/);
  const claim = (size: string) => object('v1', 'PersistentVolumeClaim', { spec: { size } });
  assert.equal((await plan(cluster(claim('2Gi')), [claim('1Gi')])).problems.length, 1);
});

test('an object that would be refused as a new one too is not deleted', async () => {
  const api = cluster(job('v1'));
  api.intercept = (method) => (method === 'PATCH' ? { status: 422, body: '{"message":"no such image"}' } : undefined);
  const { problems } = await plan(api, [job('v2')]);
  assert.match(problems[0]!.message, /no such image/);
  assert.deepEqual(api.writes, []);
});

test('a Job that has failed runs anew with the next deploy; one that has completed is left alone', async () => {
  const ended = (type: string) => ({ ...job('v1'), status: { conditions: [{ type, status: 'True' }] } });
  const outcome = async (type: string) => (await plan(cluster(ended(type)), [job('v1')])).planned[0]!.outcome;
  assert.equal(await outcome('Failed'), 'recreated');
  assert.notEqual(await outcome('Complete'), 'recreated');
});

test('an end that does not come is given up, with what is still there', async () => {
  const api = cluster(job('v1'));
  const { planned } = await plan(api, [job('v2')]);
  api.intercept = (method) => (method === 'DELETE' ? { status: 200, body: '{}' } : undefined);
  await assert.rejects(apply(api, planned, { timeoutMs: 20 }), /there is still: jobs\/product-warm/);
});
