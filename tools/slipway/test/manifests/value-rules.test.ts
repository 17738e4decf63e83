import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine } from '../../src/manifests/assemble.ts';
import { settings, workspace } from './support/service-workspace.ts';

const FRAGMENT = 'apps/shop/k8s/fragment.yaml';

async function problemsOf(fragment: string): Promise<string[]> {
  const { problems } = await examine(settings(workspace({ [FRAGMENT]: fragment })));
  return problems.map(({ line, key, message, hint }) => `${line} ${key}: ${message} → ${hint}`);
}

const pod = (text: string) => `kind: Deployment\nspec:\n  template:\n    spec:\n      ${text}\n`;
const app = (text: string) => pod(`containers: [{ name: app, ${text} }]`);

/** What the API server alone would refuse, and how the problem begins. */
const refused: [what: string, fragment: string, problem: RegExp][] = [
  [
    'a label with a space',
    "kind: Deployment\nmetadata:\n  labels:\n    team: 'the payments team'\n",
    /^4 .*labels\.team: "the payments team" is no label's value → .*annotation/,
  ],
  [
    'a label of a pod that is too long',
    `kind: Deployment\nspec:\n  template:\n    metadata:\n      labels: { build: ${'a'.repeat(64)} }\n`,
    /^5 .*labels\.build: "a+" is no label's value/,
  ],
  [
    'a label with two slashes',
    'kind: Service\nmetadata:\n  labels: { a/b/c: d }\n',
    /^3 .*"a\/b\/c" is no key of labels/,
  ],
  [
    'a key of an annotation with a space',
    "kind: Service\nmetadata:\n  annotations: { 'owned by': me }\n",
    /^3 .*"owned by" is no key of annotations/,
  ],
  ['a node selector', pod("nodeSelector: { disk: 'ssd, please' }"), /^5 .*disk: "ssd, please" is no label's value/],
  [
    'fewer than no pods',
    'kind: Deployment\nspec:\n  replicas: -1\n',
    /^3 .*replicas: must not be negative: -1 → write 0/,
  ],
  ['a grace that ends before', pod('terminationGracePeriodSeconds: -5'), /^5 .*negative: -5/],
  [
    'a negative share',
    'kind: Deployment\nspec:\n  strategy:\n    rollingUpdate: { maxUnavailable: -1 }\n',
    /^4 .*maxUnavailable: must not be negative/,
  ],
  [
    'a value and where to get it',
    app('env: [{ name: A, value: b, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]'),
    /^5 .*env\.A\.valueFrom: cannot stand beside value → drop one/,
  ],
  [
    'two places to get it from',
    app('env: [{ name: A, valueFrom: { fieldRef: { fieldPath: a }, secretKeyRef: { name: b, key: c } } }]'),
    /^5 .*valueFrom\.secretKeyRef: cannot stand beside fieldRef/,
  ],
  [
    'a volume of two kinds',
    pod('volumes: [{ name: x, emptyDir: {}, configMap: { name: shop } }]'),
    /^5 .*volumes\.x\.configMap: cannot stand beside emptyDir/,
  ],
  [
    'a probe by two ways',
    app('readinessProbe: { tcpSocket: { port: 3000 } }'),
    /^5 .*readinessProbe\.tcpSocket: cannot stand beside httpGet → .*`httpGet: null`/,
  ],
  ['a port beyond the last', app('ports: [{ containerPort: 70000 }]'), /^5 .*70000 is no port → write 1 to 65535/],
  [
    'a long name of a port',
    app('ports: [{ name: administration-port, containerPort: 99 }]'),
    /^5 .*is no name of a Con/,
  ],
  ['a unit of people', app('resources: { limits: { memory: 512MB } }'), /^5 .*"512MB" is no quantity → .*128Mi/],
  ['a decimal comma', app("resources: { requests: { cpu: '0,5' } }"), /^5 .*"0,5" is no quantity/],
  [
    'more asked for than allowed',
    app('resources: { requests: { memory: 2Gi }, limits: { memory: 1Gi } }'),
    /^5 .*requests\.memory: 2Gi is more than the limit, 1Gi/,
  ],
  [
    'a policy that there is not',
    app('imagePullPolicy: Allways'),
    /^5 .*Always, IfNotPresent, Never → did you mean Always/,
  ],
  [
    'a protocol in small letters',
    app('ports: [{ containerPort: 99, protocol: udp }]'),
    /^5 .*SCTP, TCP, UDP → did you mean UDP/,
  ],
  [
    'a strategy of another tool',
    'kind: Deployment\nspec: { strategy: { type: Canary } }\n',
    /^2 .*Recreate, RollingUpdate/,
  ],
  [
    'a container in capitals',
    pod('containers: [{ name: Side_Car, image: a }]'),
    /"Side_Car" is no name of a Container/,
  ],
];
for (const [what, fragment, problem] of refused) {
  test(`${what} is told at its line before a cluster refuses it`, async () => {
    const problems = await problemsOf(fragment);
    assert.ok(
      problems.some((said) => problem.test(said)),
      problems.join('\n') || 'no problem',
    );
  });
}

/** What looks odd and is taken. */
const taken: [what: string, fragment: string][] = [
  ['an empty label', "kind: Service\nmetadata: { labels: { canary: '' } }\n"],
  [
    'an annotation of any text',
    "kind: Service\nmetadata: { annotations: { example.com/owner: 'The team, 3rd floor' } }\n",
  ],
  [
    'a toleration of the past',
    pod('tolerations: [{ key: a, operator: Exists, effect: NoExecute, tolerationSeconds: -1 }]'),
  ],
  [
    'quantities in all their forms',
    app("resources: { requests: { cpu: 0.1, memory: 1e6 }, limits: { cpu: '2', memory: 1.5Gi } }"),
  ],
  ['a share of pods', 'kind: Deployment\nspec: { strategy: { rollingUpdate: { maxUnavailable: 50% } } }\n'],
  ['no pods', 'kind: Deployment\nspec: { replicas: 0 }\n'],
  [
    'a value that is empty beside where to get it',
    app("env: [{ name: A, value: '', valueFrom: { secretKeyRef: { name: b, key: c, optional: true } } }]"),
  ],
  ['a prefix of an annotation in capitals', 'kind: Service\nmetadata: { annotations: { Example.com/owner: me } }\n'],
  [
    'quantities of small units, and one value in two units',
    app('resources: { requests: { cpu: 250000u, memory: 1.001G }, limits: { cpu: 500000000n, memory: 1001M } }'),
  ],
  ['huge pages', app('resources: { requests: { hugepages-2Mi: 4Mi }, limits: { hugepages-2Mi: 4Mi } }')],
  ['a priority below all others', pod('priority: -100')],
  [
    'ports that are left open',
    'apiVersion: v1\nkind: Service\nmetadata: { name: shop-plain }\nspec: { ports: [{ name: "", port: 80, targetPort: 0, nodePort: 0 }] }\n',
  ],
];
for (const [what, fragment] of taken)
  test(`${what} is no problem`, async () => assert.deepEqual(await problemsOf(fragment), []));
