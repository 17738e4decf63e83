import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldSet } from '../../../src/kubernetes/apply/managed-fields/field-set.ts';
import { members, subtract } from '../../../src/kubernetes/apply/managed-fields/field-set.ts';
import {
  fieldValue,
  formatFieldPath,
  withoutFields,
} from '../../../src/kubernetes/apply/managed-fields/field-value.ts';
import { handedOver, ownFields, driftedFields } from '../../../src/kubernetes/apply/managed-fields/managed-fields.ts';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';

const containersField = (containers: FieldSet): FieldSet => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } },
});
const APP = 'k:{"name":"app"}';

const ours = containersField({
  [APP]: {
    '.': {},
    'f:name': {},
    'f:image': {},
    'f:ports': { 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
  },
});

/** A Deployment on which each of `managers` has set something. */
function deployment(
  managers: { manager: string; fieldsV1: FieldSet; operation?: string; subresource?: string; apiVersion?: string }[],
): KubernetesObject {
  const entries = [{ manager: 'slipway', operation: 'Apply', fieldsV1: ours }, ...managers];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'product',
      managedFields: entries.map((entry) => ({
        operation: 'Update',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        ...entry,
      })),
    },
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: 'app',
              image: 'a',
              env: [{ name: 'PLANTED', value: '1' }],
              ports: [{ containerPort: 8080, protocol: 'TCP' }],
            },
            { name: 'sidecar', image: 'b' },
          ],
        },
      },
    },
  };
}

/** What each stranger has added, in words. */
function added(object: KubernetesObject): string[] {
  return driftedFields(object).flatMap(({ manager, fields }) =>
    members(subtract(fields, ownFields(object))).map((path) => `${formatFieldPath(path)} by ${manager}`),
  );
}

test('an env entry, a container and a label that others add are named one by one', () => {
  const object = deployment([
    {
      manager: 'kubectl-set',
      fieldsV1: containersField({
        [APP]: { 'f:env': { '.': {}, 'k:{"name":"PLANTED"}': { '.': {}, 'f:name': {}, 'f:value': {} } } },
      }),
    },
    {
      manager: 'kubectl-edit',
      fieldsV1: containersField({ 'k:{"name":"sidecar"}': { '.': {}, 'f:name': {}, 'f:image': {} } }),
    },
    { manager: 'kubectl-label', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:team': {} } } } },
  ]);
  assert.deepEqual(added(object), [
    '.spec.template.spec.containers[name="app"].env[name="PLANTED"] by kubectl-set',
    '.spec.template.spec.containers[name="sidecar"] by kubectl-edit',
    '.metadata.labels.team by kubectl-label',
  ]);
});

test('a field that slipway applies too is no addition, whoever else has set it', () => {
  const alike = containersField({ [APP]: { '.': {}, 'f:name': {}, 'f:image': {} } });
  assert.deepEqual(added(deployment([{ manager: 'kubectl-client-side-apply', fieldsV1: alike }])), []);
});

test('what Kubernetes, its subresources, a webhook and kubectl’s own bookkeeping write is not a stranger’s', () => {
  const revision = { 'f:metadata': { 'f:annotations': { '.': {}, 'f:deployment.kubernetes.io/revision': {} } } };
  const remembered = {
    'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/last-applied-configuration': {} } },
  };
  const restarted = {
    'f:spec': {
      'f:template': { 'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {} } } },
    },
  };
  const object = deployment([
    { manager: 'kube-controller-manager', fieldsV1: revision },
    { manager: 'kubelet', fieldsV1: { 'f:status': { 'f:phase': {} } }, subresource: 'status' },
    { manager: 'kube-controller-manager', fieldsV1: { 'f:spec': { 'f:replicas': {} } }, subresource: 'scale' },
    { manager: 'slipway', fieldsV1: containersField({ 'k:{"name":"injected"}': { '.': {}, 'f:name': {} } }) },
    { manager: 'kubectl-client-side-apply', fieldsV1: remembered },
    { manager: 'kubectl-rollout', fieldsV1: restarted },
    { manager: 'a-controller', fieldsV1: { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/lb"': {} } } } },
    { manager: 'of-another-version', fieldsV1: { 'f:spec': { 'f:else': {} } }, apiVersion: 'apps/v2' },
  ]);
  assert.deepEqual(added(object), []);
  assert.equal(handedOver(object), undefined);
});

test('handing over moves a stranger’s fields to slipway and leaves the others their own', () => {
  const label = {
    'f:metadata': { 'f:labels': { 'f:team': {} }, 'f:finalizers': { '.': {}, 'v:"example.com/lb"': {} } },
  };
  const revision = { 'f:metadata': { 'f:annotations': { 'f:deployment.kubernetes.io/revision': {} } } };
  const object = deployment([
    { manager: 'a-controller', fieldsV1: label },
    { manager: 'kube-controller-manager', fieldsV1: revision },
  ]);
  const entries = handedOver(object)!.map(({ manager, fieldsV1 }) => ({ manager, fieldsV1 }));
  assert.deepEqual(entries, [
    { manager: 'slipway', fieldsV1: { ...ours, 'f:metadata': { 'f:labels': { 'f:team': {} } } } },
    { manager: 'a-controller', fieldsV1: { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/lb"': {} } } } },
    { manager: 'kube-controller-manager', fieldsV1: revision },
  ]);
});

test('an object that others have made is handed over although slipway has applied nothing yet', () => {
  const object = deployment([{ manager: 'kubectl-create', fieldsV1: { 'f:data': { 'f:EXTRA': {} } } }]);
  (object.metadata.managedFields as unknown[]).shift();
  const [own, ...others] = handedOver(object)!;
  assert.equal(own!.manager, 'slipway');
  assert.equal(own!.operation, 'Apply');
  assert.deepEqual(own!.fieldsV1, { 'f:data': { 'f:EXTRA': {} } });
  assert.deepEqual(others, []);
});

test('values are found and removed by key, by value and by index', () => {
  const object = deployment([]);
  const env = ['f:spec', 'f:template', 'f:spec', 'f:containers', APP, 'f:env', 'k:{"name":"PLANTED"}'];
  const sidecar = ['f:spec', 'f:template', 'f:spec', 'f:containers', 'k:{"name":"sidecar"}'];
  assert.deepEqual(fieldValue(object, env), { name: 'PLANTED', value: '1' });
  const left = withoutFields(object, [env, sidecar]);
  assert.deepEqual(fieldValue(left, ['f:spec', 'f:template', 'f:spec', 'f:containers']), [
    { name: 'app', image: 'a', env: [], ports: [{ containerPort: 8080, protocol: 'TCP' }] },
  ]);
  assert.deepEqual(fieldValue(object, env), { name: 'PLANTED', value: '1' }, 'the original is as it was');
  assert.deepEqual(withoutFields({ list: ['a', 'b'] }, [['f:list', 'v:"a"']]), { list: ['b'] });
  assert.deepEqual(withoutFields({ list: ['a', 'b'] }, [['f:list', 'i:1']]), { list: ['a'] });
  assert.equal(fieldValue(object, ['f:spec', 'f:nothing', 'f:below']), undefined);
});

/** A Secret of which slipway has applied KEY, and on which `manager` has set `fieldsV1`. */
function secret(manager: string, fieldsV1: FieldSet): KubernetesObject {
  const entry = { apiVersion: 'v1', fieldsType: 'FieldsV1' };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'product',
      managedFields: [
        { ...entry, manager: 'slipway', operation: 'Apply', fieldsV1: { 'f:data': { 'f:KEY': {} } } },
        { ...entry, manager, operation: 'Update', fieldsV1 },
      ],
    },
  };
}

test('what somebody has put into a Secret stays; what slipway has declared of it is slipway’s to take away', () => {
  const byHand = secret('kubectl-patch', { 'f:data': { 'f:tls.crt': {}, 'f:KEY': {} } });
  assert.deepEqual(added(byHand), []);
  assert.deepEqual(driftedFields(byHand), [{ manager: 'kubectl-patch', fields: { 'f:data': { 'f:KEY': {} } } }]);
  const [own, others] = handedOver(byHand)!;
  assert.deepEqual(own!.fieldsV1, { 'f:data': { 'f:KEY': {} } });
  assert.deepEqual(others!.fieldsV1, { 'f:data': { 'f:tls.crt': {} } });
  assert.equal(handedOver(secret('kubectl-patch', { 'f:data': { '.': {}, 'f:tls.crt': {} } })), undefined);
});

test('the copy of its values that kubectl apply leaves on a Secret is handed over, on others it is not', () => {
  const annotation = {
    'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/last-applied-configuration': {} } },
  };
  assert.deepEqual(added(secret('kubectl-client-side-apply', annotation)), [
    '.metadata.annotations.kubectl.kubernetes.io/last-applied-configuration by kubectl-client-side-apply',
  ]);
  assert.deepEqual(added(deployment([{ manager: 'kubectl-client-side-apply', fieldsV1: annotation }])), []);
});
