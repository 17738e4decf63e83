import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffObjects } from '../../../src/kubernetes/apply/diff/diff-objects.ts';
import { formatDifference } from '../../../src/kubernetes/apply/diff/format-difference.ts';

const object = (kind: string, rest: object) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', resourceVersion: String(Math.random()) },
  ...rest,
});
const lines = (live: object, declared: object) =>
  diffObjects(object('Deployment', live), object('Deployment', declared)).map(formatDifference);

test('what the server writes is no difference', () => {
  assert.deepEqual(lines({ status: { a: 1 } }, { status: { a: 2 } }), []);
});

test('changed, added and removed values are named by their path', () => {
  assert.deepEqual(lines({ spec: { replicas: 3, paused: true } }, { spec: { replicas: 2, minReadySeconds: 1 } }), [
    '+ spec.minReadySeconds: 1',
    '- spec.paused: true',
    '~ spec.replicas: 3 → 2',
  ]);
});

test('elements of a list are matched by name, not by place', () => {
  const live = {
    containers: [
      { name: 'a', image: '1' },
      { name: 'b', image: '1' },
    ],
  };
  const declared = {
    containers: [
      { name: 'b', image: '2' },
      { name: 'a', image: '1' },
    ],
  };
  assert.deepEqual(lines(live, declared), ['~ containers[b].image: "1" → "2"']);
});

test('lists of plain values are compared by place', () => {
  assert.deepEqual(lines({ args: ['a', 'b'] }, { args: ['a', 'c', 'd'] }), ['~ args[1]: "b" → "c"', '+ args[2]: "d"']);
});

test("a Secret's values never show", () => {
  const differences = diffObjects(object('Secret', { data: { K: 'b2xk' } }), object('Secret', { data: { K: 'bmV3' } }));
  assert.deepEqual(differences, [{ path: 'data.K', live: '(secret)', declared: '(another secret)' }]);
});
