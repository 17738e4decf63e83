import assert from 'node:assert/strict';
import { test } from 'node:test';
import { divideEarly, startedEarly } from '../../../src/deploy/stages/started-early.ts';
import type { PlannedObject } from '../../../src/kubernetes/apply/plan.ts';
import { labelsOf } from '../../../src/kubernetes/labels.ts';
import type { ServiceSpec } from '../../../src/services/service-spec.ts';
import { serviceSpec } from '../../support/service-spec.ts';

type Outcome = PlannedObject['outcome'];

const planned = (kind: string, name: string, outcome: Outcome = 'created', service = name): PlannedObject => ({
  object: { apiVersion: 'v1', kind, metadata: { name, labels: labelsOf('shop', service, name) } },
  path: '',
  outcome,
  differences: [],
  foreign: [],
  generation: 0,
});
const service = (
  outcome: Outcome,
  ...of: Parameters<typeof serviceSpec>
): Parameters<typeof startedEarly>[0][number] => ({
  spec: serviceSpec(...of),
  planned: [planned('Deployment', of[0], outcome)],
  oldLogin: undefined,
});
const early = (...services: ReturnType<typeof service>[]) => [...startedEarly(services)].sort().join(' ');

test('all services of a new stack start early', () => {
  const stack = [
    service('created', 'gateway', ['order', 'user']),
    service('created', 'order', ['user']),
    service('created', 'user'),
  ];
  assert.equal(early(...stack), 'gateway order user');
});

test('no new service meets an older version of what it calls, near or far', () => {
  assert.equal(early(service('created', 'order', ['user']), service('changed', 'user')), '');
  assert.equal(early(service('created', 'order', ['user']), service('recreated', 'user')), '');
  assert.equal(early(service('created', 'order', ['user']), service('unchanged', 'user')), 'order');
  assert.equal(early(service('created', 'order', ['elsewhere'])), 'order', 'not deployed with it: it is there');
  const chain = [
    service('created', 'gateway', ['order']),
    service('created', 'order', ['user']),
    service('changed', 'user'),
  ];
  assert.equal(early(...chain), '');
});

test('a service that runs waits for its turn', () => {
  assert.equal(early(service('changed', 'order', ['user']), service('created', 'user')), 'user');
});

test('a program without the kit waits for its turn, and so do those that call it', () => {
  const foreign = service('created', 'legacy', [], { http: {} });
  assert.equal(early(foreign, service('created', 'order', ['legacy'])), '');
  const otherMigrations: Partial<ServiceSpec> = {
    database: { url: 'DATABASE_URL', migrate: { command: ['npx', 'knex'] } },
  };
  assert.equal(early(service('created', 'order', [], otherMigrations)), '');
});

test('a service whose fragment adds a workload waits for its turn: the two begin together', () => {
  const beside = (kind: string, name: string) => {
    const order = service('created', 'order');
    return early({ ...order, planned: [...order.planned, planned(kind, name, 'created', 'order')] });
  };
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'Job']) assert.equal(beside(kind, 'order-redis'), '');
  assert.equal(beside('CronJob', 'order-nightly'), 'order');
  assert.equal(beside('Service', 'order-redis'), 'order');
});

test('a service whose database was there before waits for its turn, those that call it do not', () => {
  const oldLogin = { user: 'order', password: 'x' };
  const stack = [{ ...service('created', 'order'), oldLogin }, service('created', 'gateway', ['order'])];
  assert.equal(early(...stack), 'gateway');
});

test('services that call each other do not wait for each other', () => {
  assert.equal(early(service('created', 'a', ['b']), service('created', 'b', ['a'])), '');
});

test('early is what pods need; jobs, scaling and the way in from outside are not', () => {
  const kinds = ['ServiceAccount', 'RoleBinding', 'ConfigMap', 'NetworkPolicy', 'Service', 'Deployment', 'CronJob'];
  const objects = [
    ...kinds.map((kind) => planned(kind, 'order')),
    planned('Deployment', 'order-worker', 'created', 'order'),
    planned('StatefulSet', 'order-db', 'created', 'order'),
    planned('Secret', 'order-db', 'created', 'order'),
  ];
  const idOf = ({ object: { kind, metadata } }: PlannedObject) => `${kind}/${metadata.name}`;
  const alone = divideEarly('order', objects, [serviceSpec('order')]);
  assert.deepEqual(alone.rest.map(idOf), [
    'Service/order',
    'CronJob/order',
    'Deployment/order-worker',
    'StatefulSet/order-db',
    'Secret/order-db',
  ]);
  assert.equal(alone.early.length + alone.rest.length, objects.length);
  const called = divideEarly('order', objects, [serviceSpec('order'), serviceSpec('gateway', ['order'])]);
  assert.ok(called.early.map(idOf).includes('Service/order'));
});
