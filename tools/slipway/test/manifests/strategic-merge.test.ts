import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MERGE_KEYS, mergeKey } from '../../src/manifests/schema/merge-keys.ts';
import { strategicMerge } from '../../src/manifests/fragment/strategic-merge.ts';

const base = {
  spec: {
    replicas: 1,
    template: {
      spec: {
        containers: [
          {
            name: 'app',
            args: ['a', 'b'],
            env: [{ name: 'X', value: '1' }],
            ports: [{ name: 'http', containerPort: 8080 }],
          },
        ],
        volumes: [{ name: 'tmp', emptyDir: {} }],
      },
    },
  },
};
const pod = (patch: object) => ({ spec: { template: { spec: patch } } });
const merged = (patch: object) => (strategicMerge(base, pod(patch)) as typeof base).spec.template.spec;

test('objects merge and neither argument changes', () => {
  const before = structuredClone(base);
  assert.deepEqual(strategicMerge(base, { spec: { replicas: 3, paused: true } }), {
    spec: { ...base.spec, replicas: 3, paused: true },
  });
  assert.deepEqual(base, before);
});

test('a container merges by name, another is added', () => {
  const { containers } = merged({ containers: [{ name: 'app', image: 'x' }, { name: 'sidecar' }] });
  assert.deepEqual(containers, [{ ...base.spec.template.spec.containers[0], image: 'x' }, { name: 'sidecar' }]);
});

test('env merges by name, ports by containerPort, volumeMounts by mountPath', () => {
  const [app] = merged({
    containers: [
      {
        name: 'app',
        env: [
          { name: 'X', value: '2' },
          { name: 'Y', value: '3' },
        ],
        ports: [{ containerPort: 8080, protocol: 'TCP' }, { containerPort: 9090 }],
        volumeMounts: [{ mountPath: '/a', name: 'tmp' }],
      },
    ],
  }).containers;
  assert.deepEqual(app!.env, [
    { name: 'X', value: '2' },
    { name: 'Y', value: '3' },
  ]);
  assert.deepEqual(app!.ports, [{ name: 'http', containerPort: 8080, protocol: 'TCP' }, { containerPort: 9090 }]);
});

test('a Service merges its ports by port', () => {
  const service = { spec: { ports: [{ port: 80, name: 'http' }] } };
  assert.deepEqual(strategicMerge(service, { spec: { ports: [{ port: 80, nodePort: 30080 }] } }), {
    spec: { ports: [{ port: 80, name: 'http', nodePort: 30080 }] },
  });
});

test('other lists replace', () => {
  assert.deepEqual(merged({ containers: [{ name: 'app', args: ['c'] }] }).containers[0]!.args, ['c']);
});

test('null deletes a field, $patch: delete an element, $patch: replace the rest', () => {
  assert.deepEqual(strategicMerge({ a: 1, b: 2 }, { a: null }), { b: 2 });
  assert.deepEqual(merged({ volumes: [{ name: 'tmp', $patch: 'delete' }] }).volumes, []);
  assert.deepEqual(strategicMerge({ a: { x: 1 } }, { a: { $patch: 'replace', y: 2 } }), { a: { y: 2 } });
});

test("the key table is Kubernetes' own", () => {
  const file = new URL('../../src/manifests/schema/kubernetes.schema.json', import.meta.url);
  const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as {
    definitions: Record<string, { properties?: Record<string, { 'x-kubernetes-patch-merge-key'?: string }> }>;
  };
  // A fragment says nothing of what the server or the garbage collector writes.
  const foreign = (definition: string, field: string) => /Status$/.test(definition) || field === 'ownerReferences';
  for (const [definition, { properties = {} }] of Object.entries(definitions)) {
    for (const [field, schema] of Object.entries(properties)) {
      const key = schema['x-kubernetes-patch-merge-key'];
      if (foreign(definition, field)) continue;
      const path = definition.endsWith('ServiceSpec')
        ? ['spec', field]
        : ['spec', 'template', 'spec', 'containers', 'app', field];
      if (key !== undefined) assert.equal(mergeKey(path), key, `${definition}.${field}`);
    }
  }
  const known = Object.values(definitions).flatMap(({ properties = {} }) => Object.keys(properties));
  for (const field of Object.keys(MERGE_KEYS)) assert.ok(known.includes(field), field);
});
