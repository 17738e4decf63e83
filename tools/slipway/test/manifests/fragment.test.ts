import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { assemble, examine } from '../../src/manifests/assemble.ts';
import { settings, workspace } from './support/service-workspace.ts';

const FRAGMENT = 'apps/shop/k8s/fragment.yaml';

async function problemsOf(fragment: string): Promise<string[]> {
  const { problems } = await examine(settings(workspace({ [FRAGMENT]: fragment })));
  return problems.map(({ line, key, message, hint }) => `${line} ${key}: ${message} → ${hint}`);
}

/** An assembled object of a fragment without problems. */
async function assembled(fragment: string, file: string) {
  const { files } = await assemble(settings(workspace({ [FRAGMENT]: fragment })));
  const text = files.get(`deploy/base/shop/${file}`);
  return text === undefined ? undefined : parse(text);
}

/** A Deployment whose pods' spec says `text`. */
const pod = (text: string) =>
  `kind: Deployment\nspec:\n  template:\n    spec:\n${text.replace(/^(?=.)/gm, '      ')}\n`;

test('a port for each of two protocols', async () => {
  const ports =
    '{ name: dns, port: 53, protocol: UDP, targetPort: http }\n    - { name: dns-tcp, port: 53, targetPort: http }';
  const { spec } = await assembled(`kind: Service\nspec:\n  ports:\n    - ${ports}\n`, 'service.yaml');
  assert.deepEqual(
    spec.ports.map(({ name, port }: { name: string; port: number }) => [name, port]),
    [
      ['http', 80],
      ['dns', 53],
      ['dns-tcp', 53],
    ],
  );
});

test('an object that the stack does without is deleted, in production too', async () => {
  const budget = 'kind: PodDisruptionBudget\n$patch: delete\n';
  assert.equal(await assembled(budget, 'pod-disruption-budget.yaml'), undefined);
  const scaler = 'kind: HorizontalPodAutoscaler\n$patch: delete\n---\nkind: Deployment\nspec: { replicas: 3 }\n';
  const { files } = await assemble(settings(workspace({ [FRAGMENT]: scaler })));
  const { resources, patches } = parse(files.get('deploy/components/production/kustomization.yaml')!);
  assert.deepEqual(resources, ['network-policy.yaml']);
  assert.equal('replicas' in parse(patches.at(-1).patch).spec, false);
});

test('a probe is deleted, a strategy loses what it no longer takes', async () => {
  const fragment = `${pod('containers:\n  - name: app\n    livenessProbe:\n      $patch: delete')}---\nkind: Deployment\nspec: { strategy: { type: Recreate } }\n`;
  const { spec } = await assembled(fragment, 'deployment.yaml');
  assert.equal(spec.template.spec.containers[0].livenessProbe, undefined);
  assert.deepEqual(spec.strategy, { type: 'Recreate' });
});

test('scalars are what they are to Go: times and dates are strings', async () => {
  const { spec } = await assembled(
    pod(
      'containers: [{ name: app, args: [--at, 12:30:00, --since, 2024-01-01, "0o17"] }]\nterminationGracePeriodSeconds: 0o50',
    ),
    'deployment.yaml',
  );
  assert.deepEqual(spec.template.spec.containers[0].args, ['--at', '12:30:00', '--since', '2024-01-01', '0o17']);
  assert.equal(spec.template.spec.terminationGracePeriodSeconds, 40);
});

test('keys are what is written, whatever they look like to a reader of YAML', async () => {
  const keys = ['n', 'y', 'on', 'Off', 'null', '~', '0o17', '0x1F', '1e3', '.inf', '12:30', '1_000', '<<', '=', 'true'];
  // Kubernetes takes no other ones as keys of annotations.
  const ofAnnotations = keys.filter((key) => /^\w+$/.test(key));
  const lines = ofAnnotations.map((key) => `    a.dev/${key}: ${JSON.stringify(key)}`).join('\n');
  const data = keys.filter((key) => key !== '<<').map((key) => `  ${key}: ${JSON.stringify(key)}`);
  const fragment = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop-x\n  annotations:\n${lines}\ndata:\n${data.join('\n')}\n`;
  const object = await assembled(fragment, 'x-config-map.yaml');
  assert.deepEqual(object.data, Object.fromEntries(keys.filter((key) => key !== '<<').map((key) => [key, key])));
  assert.deepEqual(object.metadata.annotations, Object.fromEntries(ofAnnotations.map((key) => [`a.dev/${key}`, key])));
});

const SAME_TEXT: [what: string, change: (text: string) => string][] = [
  ['a byte order mark', (text) => `\ufeff${text}`],
  ['the ends of lines of Windows', (text) => text.replaceAll('\n', '\r\n')],
  ['empty documents', (text) => `---\n---\n${text}...\n---\n# nothing\n`],
  ['a directive', (text) => `%YAML 1.2\n---\n${text}`],
  ['an alias', () => 'kind: Service\nmetadata: { labels: &a { a: b, c: d }, annotations: *a }\n'],
  ['a merge key', () => 'kind: Service\nmetadata:\n  labels: &a { a: b, c: d }\n  annotations: { <<: *a }\n'],
  [
    'a merge key of a list',
    () => 'kind: Service\nmetadata:\n  labels: &a { a: b, c: d }\n  annotations:\n    <<: [{ c: d }, { a: b, c: e }]\n',
  ],
  ['tabs that indent nothing', (text) => text.replace('kind: ', 'kind:\t')],
];
for (const [what, change] of SAME_TEXT) {
  test(`a fragment says the same with ${what}`, async () => {
    const plain = 'kind: Service\nmetadata:\n  labels: { a: b, c: d }\n  annotations: { a: b, c: d }\n';
    assert.deepEqual(await assembled(change(plain), 'service.yaml'), await assembled(plain, 'service.yaml'));
  });
}

for (const [encoding, bytes] of [
  ['Latin-1', Buffer.from('# first\nkind: ConfigMap\ndata: { LOG_LEVEL: Z\xfcrich }\n', 'latin1')],
  ['UTF-16', Buffer.from('# first\nkind: ConfigMap\ndata: { LOG_LEVEL: Zürich }\n', 'utf16le')],
] as const) {
  test(`a fragment in ${encoding} is refused with its line`, async () => {
    const { problems } = await examine(settings(workspace({ [FRAGMENT]: bytes })));
    const [problem] = problems;
    assert.deepEqual([problem?.file, problem?.message], [FRAGMENT, 'is not UTF-8']);
    assert.equal(problem?.line, 3);
  });
}

const QUOTE = /^\d+ .*: must be string, and (\S+) is none to Kubernetes' YAML → quote it: '\1'$/;
for (const scalar of [
  '0o17',
  '017',
  '0x1F',
  '0b11',
  '1_000',
  '1e3',
  '.5',
  'yes',
  'Off',
  'y',
  'true',
  '.inf',
  '.NaN',
  '-0o7',
]) {
  test(`${scalar} is no string, and is one when the hint was followed`, async () => {
    const fragment = (value: string) => pod(`containers:\n  - name: app\n    args:\n      - ${value}`);
    const [problem, ...others] = await problemsOf(fragment(scalar));
    assert.match(problem!, QUOTE);
    assert.deepEqual([problem!.split(' ')[0], others], ['8', []]);
    const { spec } = await assembled(fragment(problem!.split('quote it: ')[1]!), 'deployment.yaml');
    assert.deepEqual(spec.template.spec.containers[0].args, [scalar]);
  });
}

test('where no quotes help, the hint names a path that kubectl explain knows', async () => {
  const [args] = await problemsOf(pod('containers: [{ name: app, args: x }]'));
  assert.match(args!, /^5 .* must be array → see: kubectl explain deployment\.spec\.template\.spec\.containers\.args$/);
  const [label] = await problemsOf('kind: ConfigMap\ndata: { LOG_LEVEL: { a: b } }\n');
  assert.match(label!, /→ see: kubectl explain configmap\.data$/);
});

const PROBLEMS: [what: string, fragment: string, problem: RegExp][] = [
  [
    'one port twice',
    'kind: Service\nspec:\n  ports:\n    - { port: 53, name: a }\n    - { port: 53, name: b, protocol: TCP }\n',
    /^5 Service spec\.ports\.1: ports has port\/protocol 53\/TCP twice → elements are told apart by port and protocol/,
  ],
  ['a key twice', 'kind: Deployment\nspec: { replicas: 1,\n  replicas: 2 }\n', /^3 .*Map keys must be unique/],
  ['a key twice, once quoted', 'kind: ConfigMap\ndata:\n  1: a\n  "1": b\n', /^4 .*Map keys must be unique/],
  [
    'a field that two documents say differently',
    'kind: Deployment\nspec: { replicas: 2 }\n---\nkind: Deployment\nspec:\n  replicas: 3\n',
    /^6 Deployment spec\.replicas: line 2 says something else → drop one of the two, or write both into one$/,
  ],
  [
    'an argument that two documents say differently',
    `${pod('containers: [{ name: app, args: [a] }]')}---\n${pod('containers:\n  - name: app\n    args: [b]')}`,
    /^13 .*containers\.app\.args: line 5 says something else/,
  ],
  [
    'an object that is added twice',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop-x }\ndata: { a: b }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop-x }\ndata: { a: c }\n',
    /^9 ConfigMap data\.a: line 4 says something else/,
  ],
  [
    'a key that is a list',
    'kind: ConfigMap\ndata:\n  ? [a, b]\n  : c\n',
    /^3 .*a key is a list or a map → write a string/,
  ],
  ['an empty key', 'kind: ConfigMap\ndata:\n  : c\n', /^3 .*a key is empty/],
  ['a key of every object in JavaScript', 'kind: ConfigMap\ndata:\n  __proto__: c\n', /^3 .*a key is __proto__/],
  [
    'an alias of what it stands in',
    'kind: ConfigMap\ndata: &a { A: *a }\n',
    /^1 .*an alias stands inside of what it names/,
  ],
  [
    'an alias of another document',
    'kind: ConfigMap\ndata: &d {}\n---\nkind: Service\nmetadata: *d\n',
    /^5 .*Unresolved alias/,
  ],
  ['tabs', 'kind: ConfigMap\ndata:\n\tA: b\n', /^3 .*Tabs are not allowed as indentation/],
  ...['../../x', 'Big', 'ü', 'a_b', 'a b', '-', 'x'.repeat(60)].map((name): [string, string, RegExp] => [
    `a name that Kubernetes refuses: ${name}`,
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: 'shop-${name}' }\n`,
    /^3 ConfigMap metadata\.name: "shop-.*" is no name that Kubernetes takes → use a to z, 0 to 9 and hyphens, at most 63$/,
  ]),
  [
    "a Service's name with a dot",
    'apiVersion: v1\nkind: Service\nmetadata: { name: shop-a.b }\nspec: { ports: [{ port: 1 }] }\n',
    /^3 .*no name that Kubernetes takes/,
  ],
  [
    'an object as kubectl prints it',
    'kind: Deployment\nmetadata:\n  uid: 1-2\n  resourceVersion: "7"\n',
    /^3 Deployment metadata\.uid: is the API server's to say → drop the line$/,
  ],
  [
    'its status',
    'kind: Deployment\nstatus:\n  replicas: 1\n',
    /^2 Deployment status: is the API server's to say → drop it$/,
  ],
  [
    'a name that is to be made up',
    'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: shop-x- }\n',
    /^3 .*generateName: is the API server's to say/,
  ],
  ['a kind in another case', 'kind: deployment\nspec: { replicas: 2 }\n', /^1 .*→ did you mean "Deployment"\?$/],
  ['a kind that is mistyped', 'kind: Deploymant\nspec: { replicas: 2 }\n', /^1 .*→ did you mean "Deployment"\?$/],
  [
    'a tag that nobody knows',
    'kind: ConfigMap\ndata:\n  LOG_LEVEL: !Ref x\n',
    /^3 .*Unresolved tag: !Ref → mend the YAML/,
  ],
  [
    'aliases without end',
    `kind: ConfigMap\na: &a [x]\n${[...'bcdefgh'].map((name, i) => `${name}: &${name} [${`*${'abcdefg'[i]}, `.repeat(9)}x]`).join('\n')}\n`,
    /^1 .*Excessive alias count/,
  ],
  [
    'an unknown directive',
    pod('$patch: remove'),
    /^5 Deployment spec\.template\.spec\.\$patch: "remove" is no directive/,
  ],
  [
    'a directive in another case',
    pod('containers:\n  - name: app\n    $patch: Delete'),
    /^7 .*"Delete" is no directive → did you mean "delete"\?$/,
  ],
  [
    'an element to delete that is not there',
    pod('volumes:\n  - name: tpm\n    $patch: delete'),
    /^7 .*deletes what is not there → drop it, or correct the name/,
  ],
  [
    'null for what is not there',
    pod('hostname:'),
    /^5 .*spec\.hostname: deletes what is not there → drop the line, or write a value/,
  ],
  [
    'an object to delete that is not there',
    'kind: Job\nmetadata: { name: shop-x }\n$patch: delete\n',
    /^3 .*not there/,
  ],
  [
    'an object to delete that is needed',
    'kind: Service\n$patch: delete\n',
    /^2 Service \$patch: deletes an object that slipway works by → drop it; what may go: HorizontalPodAutoscaler, Pod/,
  ],
  [
    'a container to delete that is needed',
    pod('containers: [{ name: app, $patch: delete }]'),
    /^5 .*containers\.app: is gone/,
  ],
  [
    'a label of the pods',
    'kind: Deployment\nspec:\n  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: orders-v2\n',
    /^6 .*: is "orders-v2", and slipway works by "shop" → drop the line$/,
  ],
  [
    'a label of the object',
    'kind: Deployment\nmetadata:\n  labels: { app.kubernetes.io/part-of: webshop }\n',
    /^3 .*: is "webshop", and slipway works by "demo" → drop the line$/,
  ],
  [
    'labels that are all deleted',
    'kind: ConfigMap\nmetadata:\n  labels: { $patch: delete }\n',
    /^3 .*name: is gone, and slipway works by "shop"/,
  ],
  [
    'a label on an object that is added',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop-x, labels: { slipway.dev/service: other } }\n',
    /^3 .*: is "other", and slipway works by "shop"/,
  ],
  [
    "an annotation of slipway's",
    'kind: Deployment\nspec: { template: { metadata: { annotations: { slipway.dev/secret: x } } } }\n',
    /^2 .*annotations\.slipway\.dev\/secret: is slipway's to say → drop the line$/,
  ],
  [
    'the pods that a policy is for',
    'kind: NetworkPolicy\nspec:\n  podSelector: { matchLabels: { a: b } }\n',
    /^3 NetworkPolicy spec\.podSelector: is .*, and slipway works by .*"shop"/,
  ],
  [
    'another image',
    pod('containers: [{ name: app, image: nginx }]'),
    /^5 .*app\.image: is "nginx", and slipway works by "shop"/,
  ],
  [
    'the environment',
    pod('containers:\n  - name: app\n    envFrom: [{ configMapRef: { name: shop-x } }]'),
    /^7 .*app\.envFrom: .*slipway works by .*"shop".* → keep what was there, and add to it$/,
  ],
  [
    'a secret as a plain value',
    pod('containers:\n  - name: app\n    env: [{ name: ADMIN, value: me, valueFrom: null }]'),
    /^7 .*app\.env: .*slipway works by/,
  ],
  [
    'the port of a pod',
    'kind: ConfigMap\ndata:\n  PORT: "1"\n',
    /^3 .*PORT: is "1", and slipway works by "8080" → set it in src/,
  ],
  [
    "the name of slipway's own Service port",
    'kind: Service\nspec:\n  ports: [{ port: 80, name: web }]\n',
    /^3 .*slipway works by/,
  ],
  [
    'a value that the service refuses at its start',
    'kind: ConfigMap\ndata:\n  POOL: "0"\n',
    /^3 ConfigMap data\.POOL: "0" is refused at start: it must be >= 1 → see apps\/shop\/src\/config\.ts$/,
  ],
  [
    'a value that is no number',
    'kind: ConfigMap\ndata: { POOL: "many" }\n',
    /^2 .*"many" is refused at start: it must be integer/,
  ],
  [
    "the name of a database's volume",
    'kind: StatefulSet\nspec: { volumeClaimTemplates: [{ metadata: { name: disk }, spec: {} }] }\n',
    /^2 .*name: is "disk", and slipway works by "data"/,
  ],
  [
    "the claim of a database's volume",
    'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: shop-x-db-0 }\n',
    /^3 .*"shop-x-db-0" is the claim of a database's volume → give it another name$/,
  ],
  [
    "a workload with the database's name",
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop-db\n',
    /^4 .*"shop-db" is the name of the service's database/,
  ],
];
for (const [what, fragment, problem] of PROBLEMS) {
  test(`problem: ${what}`, async () => {
    const problems = await problemsOf(fragment);
    assert.ok(
      problems.some((found) => problem.test(found)),
      problems.join('\n'),
    );
  });
}

const MISSING: [what: string, spec: string, problem: RegExp][] = [
  [
    'a volume of a ConfigMap',
    'volumes:\n  - name: extra\n    configMap: { name: nobody-has-it }',
    /^7 .*names the ConfigMap "nobody-has-it", which nothing makes → add the ConfigMap to the fragment .* one of: shop$/,
  ],
  [
    'a volume of a Secret',
    'volumes: [{ name: extra, secret: { secretName: nobody-has-it } }]',
    /^5 .*names the Secret "nobody-has-it", which nothing makes → declare the key in apps\/shop\/src\/config\.ts/,
  ],
  [
    'a claim',
    'volumes: [{ name: extra, persistentVolumeClaim: { claimName: shop-disk } }]',
    /^5 .*names the PersistentVolumeClaim "shop-disk"/,
  ],
  [
    'a projected volume',
    'volumes: [{ name: extra, projected: { sources: [{ configMap: { name: shop-x } }] } }]',
    /^5 .*names the ConfigMap "shop-x"/,
  ],
  [
    'a variable of an added container',
    'containers:\n  - name: side\n    image: x\n    env: [{ name: A, valueFrom: { secretKeyRef: { name: nowhere, key: a } } }]',
    /^8 .*names the Secret "nowhere"/,
  ],
];
for (const [what, spec, problem] of MISSING) {
  test(`${what} that nothing makes is found`, async () => {
    const problems = await problemsOf(pod(spec));
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0]!, problem);
  });
}

test('what the fragment adds, what slipway makes and what may be missing is no problem', async () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop-x }\n';
  const volumes = [
    '{ name: a, configMap: { name: shop-x } }',
    '{ name: b, secret: { secretName: shop } }',
    '{ name: c, secret: { secretName: elsewhere, optional: true } }',
  ];
  assert.deepEqual(await problemsOf(`${map}---\n${pod(`volumes: [${volumes.join(', ')}]`)}`), []);
});

test('a workload that is added has the labels by which slipway sees its pods', async () => {
  const fragment = `apiVersion: batch/v1
kind: CronJob
metadata: { name: shop-sweep }
spec:
  schedule: '0 3 * * *'
  jobTemplate:
    spec:
      template:
        metadata: { labels: { tier: night } }
        spec: { restartPolicy: Never, containers: [{ name: sweep, image: shop }] }
`;
  const { spec } = await assembled(fragment, 'sweep-cron-job.yaml');
  assert.deepEqual(spec.jobTemplate.spec.template.metadata.labels, {
    'app.kubernetes.io/name': 'shop-sweep',
    'app.kubernetes.io/part-of': 'demo',
    'app.kubernetes.io/managed-by': 'slipway',
    'slipway.dev/service': 'shop',
    tier: 'night',
  });
});
