import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportPlan } from '../../../src/deploy/report/report-plan.ts';
import { plan } from '../../../src/kubernetes/apply/plan.ts';
import type { FieldSet } from '../../../src/kubernetes/apply/managed-fields/field-set.ts';
import { fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { heard } from '../../support/heard.ts';

/** A StatefulSet of which `fields` are slipway's. */
function set(fields: FieldSet): KubernetesObject {
  const entry = { manager: 'slipway', operation: 'Apply', apiVersion: 'apps/v1', fieldsType: 'FieldsV1' } as const;
  const metadata = {
    name: 'order-db',
    namespace: 'shop',
    labels: {},
    annotations: {},
    managedFields: [{ ...entry, fieldsV1: { 'f:spec': fields } }],
  };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { replicas: 1, serviceName: 'order-db' } };
}

/** What a diff says where the apply of `declared` would make `after` slipway's instead of `before`. */
async function said(before: FieldSet, after: FieldSet): Promise<string[]> {
  const api = fakeKubeApi([set(before)]);
  api.intercept = (method) => (method === 'PATCH' ? { status: 200, body: JSON.stringify(set(after)) } : undefined);
  const { planned } = await plan(api, [set({})]);
  const report = heard();
  reportPlan(planned, { stale: [], kept: [] }, report);
  return report.lines;
}

const both: FieldSet = { 'f:replicas': {}, 'f:serviceName': {} };

test('a diff in which only field managers differ says which fields change hands', async () => {
  assert.deepEqual(await said({ 'f:serviceName': {} }, both), [
    "stack diff StatefulSet/order-db would be changed\n  = .spec.replicas: becomes slipway's, with the value that it has",
  ]);
  assert.deepEqual(await said(both, { 'f:serviceName': {} }), [
    'stack diff StatefulSet/order-db would be changed\n  = .spec.replicas: is left to its other field managers',
  ]);
});

test('what is the same in fields and managers is not mentioned', async () => {
  assert.deepEqual(await said(both, both), ['stack diff the cluster is what the files declare']);
});

test('markers of maps that the server adds or drops by itself change nothing', async () => {
  assert.deepEqual(await said(both, { '.': {}, ...both }), ['stack diff the cluster is what the files declare']);
});
