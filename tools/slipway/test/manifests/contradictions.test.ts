import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradictions } from '../../src/manifests/fragment/contradictions.ts';
import type { FragmentObject } from '../../src/manifests/fragment/read-fragment.ts';

function document(kind: string, spec: object): FragmentObject {
  return { file: 'k8s/fragment.yaml', value: { kind, spec }, lineOf: () => 1 } as unknown as FragmentObject;
}

/** A Deployment whose pods' spec says this. */
const pods = (spec: object) => document('Deployment', { template: { spec } });
/** One whose container mounts these. */
const mounts = (...volumeMounts: object[]) => pods({ containers: [{ name: 'app', volumeMounts }] });
const keysOf = (a: FragmentObject, b: FragmentObject) => contradictions(a, b).map(({ key }) => key);

test('one volume at two paths is two mounts; one path twice is said differently', () => {
  const first = mounts({ name: 'data', mountPath: '/a' });
  assert.deepEqual(contradictions(first, mounts({ name: 'data', mountPath: '/b' })), []);
  assert.deepEqual(keysOf(first, mounts({ name: 'other', mountPath: '/a' })), [
    'Deployment spec.template.spec.containers.app.volumeMounts./a.name',
  ]);
});

test('a list that Kubernetes replaces as a whole cannot be said in two ways', () => {
  const [gpu, spot] = ['gpu', 'spot'].map((key) => pods({ tolerations: [{ key, operator: 'Exists' }] }));
  assert.deepEqual(keysOf(gpu!, spot!), ['Deployment spec.template.spec.tolerations']);
  assert.deepEqual(contradictions(gpu!, structuredClone({ ...gpu!, lineOf: undefined }) as never), []);
  const rule = (port: number) => document('NetworkPolicy', { ingress: [{ ports: [{ port }] }] });
  assert.deepEqual(keysOf(rule(80), rule(443)), ['NetworkPolicy spec.ingress']);
  const args = (...said: string[]) => pods({ containers: [{ name: 'app', args: said }] });
  assert.deepEqual(keysOf(args('--a'), args('--b')), ['Deployment spec.template.spec.containers.app.args']);
});

test('the order of keys is no difference; ports are told apart by their protocol, sets take both', () => {
  const env = (...pairs: [string, string][]) => pods({ nodeSelector: Object.fromEntries(pairs) });
  assert.deepEqual(contradictions(env(['a', '1'], ['b', '2']), env(['b', '2'], ['a', '1'])), []);
  const ports = (protocol: string) => document('Service', { ports: [{ name: protocol, port: 53, protocol }] });
  assert.deepEqual(contradictions(ports('TCP'), ports('UDP')), []);
  const finalizers = (name: string) =>
    ({
      ...document('ConfigMap', {}),
      value: { kind: 'ConfigMap', metadata: { finalizers: [name] } },
    }) as FragmentObject;
  assert.deepEqual(contradictions(finalizers('a/b'), finalizers('a/c')), []);
});
