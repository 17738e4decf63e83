import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedObject } from '../../../src/kubernetes/apply/plan.ts';
import { policiesOfRunning } from '../../../src/kubernetes/apply/policies-of-running.ts';

const planned = (kind: string, name: string, outcome: PlannedObject['outcome']): PlannedObject => ({
  object: { apiVersion: 'v1', kind, metadata: { name } },
  path: `/${name}`,
  outcome,
  differences: [],
  foreign: [],
  generation: 0,
});
const names = (objects: PlannedObject[]) => objects.map(({ object }) => object.metadata.name);

const ofServices = [
  planned('NetworkPolicy', 'order', 'created'),
  planned('NetworkPolicy', 'user', 'unchanged'),
  planned('Deployment', 'order', 'created'),
];

test('a stack that runs without policies gets what is allowed before all else is denied', () => {
  const shared = [planned('Namespace', 'shop', 'unchanged'), planned('NetworkPolicy', 'default-deny', 'created')];
  assert.deepEqual(names(policiesOfRunning(shared, ofServices)), ['order']);
});

test('otherwise each service brings its own', () => {
  const denying = [planned('Namespace', 'shop', 'unchanged'), planned('NetworkPolicy', 'default-deny', 'unchanged')];
  assert.deepEqual(policiesOfRunning(denying, ofServices), []);
  const empty = [planned('Namespace', 'shop', 'created'), planned('NetworkPolicy', 'default-deny', 'created')];
  assert.deepEqual(policiesOfRunning(empty, ofServices), []);
});
