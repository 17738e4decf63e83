import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradictions } from '../../src/manifests/fragment/contradictions.ts';
import type { FragmentObject } from '../../src/manifests/fragment/read-fragment.ts';

/** A Deployment whose container mounts these. */
function mounts(...volumeMounts: object[]): FragmentObject {
  const value = { kind: 'Deployment', spec: { containers: [{ name: 'app', volumeMounts }] } };
  return { file: 'k8s/fragment.yaml', value, lineOf: () => 1 } as unknown as FragmentObject;
}

test('one volume at two paths is two mounts; one path twice is said differently', () => {
  const first = mounts({ name: 'data', mountPath: '/a' });
  assert.deepEqual(contradictions(first, mounts({ name: 'data', mountPath: '/b' })), []);
  assert.deepEqual(
    contradictions(first, mounts({ name: 'other', mountPath: '/a' })).map(({ key }) => key),
    ['Deployment spec.containers.app.volumeMounts./a.name'],
  );
});
