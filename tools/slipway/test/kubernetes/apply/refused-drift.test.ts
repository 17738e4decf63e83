import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../../src/kubernetes/apply/apply-changes.ts';
import { additions } from '../../../src/kubernetes/apply/drift.ts';
import type { FieldSet } from '../../../src/kubernetes/apply/managed-fields/field-set.ts';
import { plan } from '../../../src/kubernetes/apply/plan.ts';
import { fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import { pathOf } from '../../../src/kubernetes/client/fake-resources.ts';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';

const TIME = '2026-11-28T20:00:00Z';
type Container = Record<string, unknown>;
const inApp = (fields: FieldSet): FieldSet => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': fields } } } },
});

function deployment(container: Container, fields: FieldSet): KubernetesObject {
  const entry = { apiVersion: 'apps/v1', fieldsType: 'FieldsV1', time: TIME };
  const own = inApp({ '.': {}, 'f:name': {}, 'f:image': {} });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'product',
      namespace: 'shop',
      labels: { 'slipway.dev/service': 'product' },
      managedFields: [
        { ...entry, manager: 'slipway', operation: 'Apply', fieldsV1: own },
        { ...entry, manager: 'kubectl-patch', operation: 'Update', fieldsV1: inApp(fields) },
      ],
    },
    spec: { template: { spec: { containers: [{ name: 'app', image: 'a', ...container }] } } },
  };
}

const containerOf = (object: KubernetesObject) =>
  (object.spec as { template: { spec: { containers: Container[] } } }).template.spec.containers[0];

/** What somebody adds, as the API server writes down whose it is, and how it is told. */
const ADDED: [what: string, container: Container, fields: FieldSet, fieldNames: string[]][] = [
  [
    'a hook with its command',
    { lifecycle: { postStart: { exec: { command: ['true'] } } } },
    { 'f:lifecycle': { '.': {}, 'f:postStart': { '.': {}, 'f:exec': { '.': {}, 'f:command': {} } } } },
    ['lifecycle.postStart.exec.command'],
  ],
  [
    'a probe of two fields',
    { startupProbe: { periodSeconds: 5, tcpSocket: { port: 80 } } },
    { 'f:startupProbe': { '.': {}, 'f:periodSeconds': {}, 'f:tcpSocket': { '.': {}, 'f:port': {} } } },
    ['startupProbe.periodSeconds', 'startupProbe.tcpSocket.port'],
  ],
  [
    'a variable with its source',
    { env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath: 'x' } } }] },
    {
      'f:env': {
        '.': {},
        'k:{"name":"X"}': { '.': {}, 'f:name': {}, 'f:valueFrom': { '.': {}, 'f:fieldRef': {} } },
      },
    },
    ['env[name="X"]'],
  ],
];

for (const [what, container, fields, names] of ADDED) {
  test(`${what} is taken out as a whole, so that nothing invalid is left, and told field by field`, async () => {
    const live = deployment(container, fields);
    const api = fakeKubeApi([live]);
    let sent: KubernetesObject | undefined;
    api.intercept = (method, _, body) => {
      if (method === 'PUT') sent = JSON.parse(body) as KubernetesObject;
      return undefined;
    };
    const found = await additions(api, pathOf(live), live);
    assert.deepEqual(containerOf(sent!), { name: 'app', image: 'a' });
    assert.deepEqual(
      found.fields.map(({ field, manager }) => [field, manager]),
      names.map((name) => [`.spec.template.spec.containers[name="app"].${name}`, 'kubectl-patch']),
    );
  });
}

/** The API server's words about `field`. */
const refusal = (field: string, message: string) => ({
  status: 422,
  body: JSON.stringify({
    message: `Deployment.apps "product" is invalid: ${field}: ${message}`,
    details: { causes: [{ reason: 'FieldValueForbidden', field, message }] },
  }),
});
const PROBE = 'spec.template.spec.containers[0].livenessProbe';
const TWO = 'Forbidden: may not specify more than 1 handler type';
const byHand = deployment(
  { livenessProbe: { exec: { command: ['true'] } } },
  { 'f:livenessProbe': { 'f:exec': { '.': {}, 'f:command': {} } } },
);
const declared = (({ metadata: { managedFields: _, ...metadata }, ...rest }) => ({ ...rest, metadata }))(
  deployment({ livenessProbe: { httpGet: { port: 80 } } }, {}),
);

/** A cluster in which a field of others excludes one of ours; `refusesNew`: also where nothing is there yet. */
function cluster(message: string, refusesNew = false, field = `${PROBE}.httpGet`) {
  const api = fakeKubeApi([byHand]);
  api.intercept = (method, path) =>
    method === 'PATCH' && (refusesNew || path === pathOf(byHand)) ? refusal(field, message) : undefined;
  return api;
}

test('a field of others that excludes a declared one is reverted, and does not block the deploy', async () => {
  const api = cluster(TWO);
  const { planned, problems } = await plan(api, [declared]);
  assert.deepEqual(problems, []);
  assert.equal(planned[0]!.outcome, 'changed');
  assert.deepEqual(planned[0]!.foreign, [{ field: `.${PROBE}`, manager: 'kubectl-patch', how: 'set' }]);
  assert.ok(planned[0]!.differences.some(({ path }) => path.endsWith('livenessProbe.httpGet')));
  api.intercept = undefined;
  await apply(api, planned, { timeoutMs: 1_000 });
  assert.equal(api.writes.length, 2, 'taken over, then applied');
});

test('what the API server refuses although it would be new says who has set it in the cluster, and when', async () => {
  const { problems } = await plan(cluster(TWO, true), [declared]);
  assert.equal(problems.length, 1);
  assert.match(
    problems[0]!.message,
    /more than 1 handler type; in the cluster \S+livenessProbe was set by kubectl-patch/,
  );
  assert.match(problems[0]!.message, new RegExp(`at ${TIME}$`));
});

test('a field that others have set is not blamed for another one, nor for what cannot change in place', async () => {
  const other = await plan(
    cluster('Required value', true, 'spec.template.spec.volumes[0].name'),
    [declared],
    () => 'x',
  );
  assert.ok(!other.problems[0]!.message.includes('kubectl-patch'));
  assert.equal(other.problems[0]!.file, 'x');
  const fixed = await plan(cluster('field is immutable', false, `${PROBE}.exec`), [declared]);
  assert.equal(fixed.problems.length, 1);
  assert.ok(!fixed.problems[0]!.message.includes('kubectl-patch'));
});
