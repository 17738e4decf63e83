import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strategicMerge } from '../../src/manifests/fragment/strategic-merge.ts';
import { kindSchema } from '../../src/manifests/schema/kubernetes-schema.ts';

const base = {
  spec: {
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    template: {
      spec: {
        containers: [
          {
            name: 'app',
            args: ['a', 'b'],
            env: [{ name: 'X', value: '1' }],
            ports: [{ name: 'http', containerPort: 8080 }],
            livenessProbe: { httpGet: { port: 'http' } },
          },
        ],
        volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }],
        topologySpreadConstraints: [{ topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 1 }],
      },
    },
  },
};
const app = base.spec.template.spec.containers[0]!;
type Pod = Record<'containers' | 'volumes' | 'topologySpreadConstraints', Record<string, unknown>[]>;
const pod = (patch: object) => ({ spec: { template: { spec: patch } } });

function merge(patch: object, kind = 'Deployment', onto: object = base) {
  const { value, problems } = strategicMerge(onto, patch, kindSchema(kind));
  return { value, problems: problems.map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

/** The result of a patch that has no problems. */
function merged(patch: object): Pod {
  const { value, problems } = merge(pod(patch));
  assert.deepEqual(problems, []);
  return (value as { spec: { template: { spec: Pod } } }).spec.template.spec;
}

test('objects merge and neither argument changes', () => {
  const before = structuredClone(base);
  const patch = { spec: { replicas: 3, paused: true } };
  assert.deepEqual(merge(patch).value, { spec: { ...base.spec, replicas: 3, paused: true } });
  assert.deepEqual([base, patch], [before, { spec: { replicas: 3, paused: true } }]);
});

test('a container merges by name, another is added', () => {
  const { containers } = merged({ containers: [{ name: 'app', image: 'x' }, { name: 'sidecar' }] });
  assert.deepEqual(containers, [{ ...app, image: 'x' }, { name: 'sidecar' }]);
});

test('env merges by name, volumeMounts by mountPath, ports by port and protocol, of which TCP is the default', () => {
  const patch = {
    name: 'app',
    env: [
      { name: 'X', value: '2' },
      { name: 'Y', value: '3' },
    ],
    ports: [
      { containerPort: 8080, protocol: 'TCP' },
      { containerPort: 8080, protocol: 'UDP', name: 'quic' },
    ],
    volumeMounts: [{ mountPath: '/a', name: 'tmp' }],
  };
  const [container] = merged({ containers: [patch] }).containers;
  assert.deepEqual(container!.env, patch.env);
  assert.deepEqual(container!.ports, [{ name: 'http', containerPort: 8080, protocol: 'TCP' }, patch.ports[1]]);
});

test('a Service has one port number twice, for two protocols', () => {
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ];
  const onto = { spec: { ports: [{ name: 'http', port: 80 }, ports[0]] } };
  const { value, problems } = merge({ spec: { ports } }, 'Service', onto);
  assert.deepEqual([value, problems], [{ spec: { ports: [...onto.spec.ports, ports[1]] } }, []]);
});

test('constraints of one key are told apart by what they do', () => {
  const [old] = base.spec.template.spec.topologySpreadConstraints;
  const strict = { topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', maxSkew: 2 };
  assert.deepEqual(merged({ topologySpreadConstraints: [strict] }).topologySpreadConstraints, [old, strict]);
  const half = merge(pod({ topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 2 }] }));
  assert.deepEqual(half.problems, ['spec.template.spec.topologySpreadConstraints.0: has no whenUnsatisfiable']);
});

test('other lists replace', () => {
  assert.deepEqual(merged({ containers: [{ name: 'app', args: ['c'] }] }).containers[0]!.args, ['c']);
});

test('a list that is a set gets what it lacks', () => {
  const onto = { metadata: { finalizers: ['a'] } };
  assert.deepEqual(merge({ metadata: { finalizers: ['b', 'a'] } }, 'ConfigMap', onto).value, {
    metadata: { finalizers: ['a', 'b'] },
  });
});

test('of fields that exclude each other those go that the patch does not name', () => {
  assert.deepEqual(merged({ volumes: [{ name: 'tmp', persistentVolumeClaim: { claimName: 'x' } }] }).volumes, [
    { name: 'tmp', persistentVolumeClaim: { claimName: 'x' } },
  ]);
  assert.deepEqual(merged({ volumes: [{ name: 'tmp', emptyDir: { medium: 'Memory' } }] }).volumes, [
    { name: 'tmp', emptyDir: { sizeLimit: '1Gi', medium: 'Memory' } },
  ]);
  assert.deepEqual(merge({ spec: { strategy: { type: 'Recreate' } } }).value, {
    spec: { ...base.spec, strategy: { type: 'Recreate' } },
  });
});

test('null deletes a field', () => {
  assert.deepEqual(merge({ spec: { replicas: null, strategy: null } }).value, {
    spec: { template: base.spec.template },
  });
});

test('$patch deletes, replaces and merges objects, elements and whole lists', () => {
  const { livenessProbe, ...rest } = app;
  assert.ok(livenessProbe);
  assert.deepEqual(merged({ containers: [{ name: 'app', livenessProbe: { $patch: 'delete' } }] }).containers, [rest]);
  assert.deepEqual(merged({ volumes: [{ name: 'tmp', $patch: 'delete' }] }).volumes, []);
  assert.deepEqual(merged({ containers: [{ name: 'app', $patch: 'replace', image: 'x' }] }).containers, [
    { name: 'app', image: 'x' },
  ]);
  assert.deepEqual(merged({ containers: [{ name: 'app', $patch: 'merge', image: 'x' }] }).containers, [
    { ...app, image: 'x' },
  ]);
  assert.deepEqual(merged({ volumes: [{ $patch: 'replace' }, { name: 'data' }] }).volumes, [{ name: 'data' }]);
  const probe = { livenessProbe: { $patch: 'replace', tcpSocket: { port: 1 } } };
  assert.deepEqual(merged({ containers: [{ name: 'app', ...probe }] }).containers, [
    { ...app, livenessProbe: { tcpSocket: { port: 1 } } },
  ]);
});

test('$patch of a whole object: delete leaves nothing, replace what it is known by', () => {
  const known = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
  const onto = { ...known, data: { a: '1' }, immutable: true };
  assert.deepEqual(merge({ kind: 'ConfigMap', $patch: 'delete' }, 'ConfigMap', onto), {
    value: undefined,
    problems: [],
  });
  assert.deepEqual(merge({ kind: 'ConfigMap', $patch: 'replace', data: { b: '2' } }, 'ConfigMap', onto).value, {
    ...known,
    data: { b: '2' },
  });
});

const CONTAINERS = 'spec.template.spec.containers';
const PROBLEMS: [what: string, patch: object, problem: string][] = [
  ['an unknown directive', pod({ $patch: 'remove' }), 'spec.template.spec.$patch: "remove" is no directive'],
  [
    'another case',
    pod({ containers: [{ name: 'app', $patch: 'Delete' }] }),
    `${CONTAINERS}.0.$patch: "Delete" is no directive`,
  ],
  ['no word', pod({ $patch: true }), 'spec.template.spec.$patch: true is no directive'],
  [
    "kubectl's own directive",
    pod({ '$setElementOrder/containers': [{ name: 'app' }] }),
    'spec.template.spec.$setElementOrder/containers: "$setElementOrder/containers" is no directive that slipway carries out',
  ],
  [
    'a deletion of an element that is not there',
    pod({ containers: [{ name: 'ap', $patch: 'delete' }] }),
    `${CONTAINERS}.0.$patch: deletes what is not there`,
  ],
  [
    'a deletion of an object that is not there',
    pod({ containers: [{ name: 'app', startupProbe: { $patch: 'delete' } }] }),
    `${CONTAINERS}.0.startupProbe.$patch: deletes what is not there`,
  ],
  ['null for what is not there', { spec: { paused: null } }, 'spec.paused: deletes what is not there'],
  [
    'a deletion that says more',
    pod({ containers: [{ name: 'app', $patch: 'delete', image: 'x' }] }),
    `${CONTAINERS}.0.$patch: deletes all of it, and beside it stands image`,
  ],
  [
    'a directive in a list without names',
    pod({ tolerations: [{ key: 'a', $patch: 'delete' }] }),
    'spec.template.spec.tolerations.0.$patch: stands in a list whose elements have no name',
  ],
  [
    'one name twice',
    pod({
      containers: [
        { name: 'app', image: 'x' },
        { name: 'app', args: [] },
      ],
    }),
    `${CONTAINERS}.1: containers has name app twice`,
  ],
  [
    'one port twice, once with the default spelt out',
    pod({ containers: [{ name: 'app', ports: [{ containerPort: 1 }, { containerPort: 1, protocol: 'TCP' }] }] }),
    `${CONTAINERS}.0.ports.1: ports has containerPort/protocol 1/TCP twice`,
  ],
  ['an element without its name', pod({ containers: [{ image: 'x' }] }), `${CONTAINERS}.0: has no name`],
  [
    'a replacement of a list that says more',
    pod({ volumes: [{ $patch: 'replace', emptyDir: {} }] }),
    'spec.template.spec.volumes.0: replaces the whole list, and says more',
  ],
];
for (const [what, patch, problem] of PROBLEMS) {
  test(`problem: ${what}`, () => assert.deepEqual(merge(patch).problems, [problem]));
}

test("the key of a list's elements is that of server-side apply, in every kind", () => {
  const keysOf = (kind: string, list: string) =>
    strategicMerge({}, { spec: { [list]: [{}] } }, kindSchema(kind)).problems;
  assert.match(keysOf('Service', 'ports')[0]!.hint, /port and protocol/);
  assert.match(keysOf('Pod', 'hostAliases')[0]!.hint, /known by its ip/);
  assert.match(keysOf('Pod', 'imagePullSecrets')[0]!.hint, /known by its name/);
  assert.deepEqual(keysOf('NetworkPolicy', 'ingress'), []);
});
