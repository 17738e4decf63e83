import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appliedFields } from '../../../src/kubernetes/apply/managed-fields/applied-fields.ts';

const OF_APPS = { apiVersion: 'apps/v1', fieldsType: 'FieldsV1' };
const live = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'order',
    namespace: 'shop',
    uid: '1',
    labels: { ours: 'a', theirs: 'b' },
    managedFields: [
      { manager: 'kubectl-edit', operation: 'Update', ...OF_APPS, fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      {
        manager: 'slipway',
        operation: 'Apply',
        ...OF_APPS,
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:ours': {} } },
          'f:spec': {
            'f:template': {
              'f:containers': {
                'k:{"name":"app"}': {
                  '.': {},
                  'f:name': {},
                  'f:args': {},
                  'f:ports': { 'k:{"port":1}': { '.': {}, 'f:port': {} } },
                },
              },
              'f:words': { 'v:"a"': {} },
              'f:empty': {},
              'f:gone': {},
            },
          },
        },
      },
    ],
  },
  spec: {
    replicas: 3,
    template: {
      containers: [
        { name: 'sidecar', image: 'x' },
        { name: 'app', args: ['a', 'b'], image: 'not ours', ports: [{ port: 2 }, { port: 1, name: 'not ours' }] },
      ],
      words: ['a', 'b'],
      empty: {},
    },
  },
};

test('exactly what slipway applied, and the identity', () => {
  assert.deepEqual(appliedFields(live), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'order', namespace: 'shop', labels: { ours: 'a' } },
    spec: {
      template: { containers: [{ name: 'app', args: ['a', 'b'], ports: [{ port: 1 }] }], words: ['a'], empty: {} },
    },
  });
});

test('of an object that slipway never applied only the identity', () => {
  const foreign = { ...live, metadata: { name: 'order', namespace: 'shop' } };
  assert.deepEqual(appliedFields(foreign), { apiVersion: 'apps/v1', kind: 'Deployment', metadata: foreign.metadata });
});
