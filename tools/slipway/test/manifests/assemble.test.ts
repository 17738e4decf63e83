import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { objectPath } from '../../src/manifests/object-file.ts';
import { validateObject } from '../../src/manifests/schema/validate-object.ts';
import { assemble } from '../../src/manifests/assemble.ts';
import { compareFiles, writeFiles } from '../../src/util/files/write-files.ts';
import { CONFIG, settings, workspace } from './support/service-workspace.ts';

const fragment = (text: string) => workspace({ 'apps/shop/k8s/fragment.yaml': text });
const assembled = async (root: string, path: string) => parse((await assemble(settings(root))).files.get(path)!);

test("every object of the house is valid by Kubernetes' schema, and lies in a file of its own", async () => {
  const { files } = await assemble(settings(workspace()));
  const manifests = [...files].filter(
    ([path]) => path.startsWith('deploy/base/') && !path.endsWith('/kustomization.yaml'),
  );
  assert.deepEqual(
    manifests.map(([path]) => path.slice('deploy/base/'.length)),
    [
      'namespace.yaml',
      'network-policy.yaml',
      'shop/service-account.yaml',
      'shop/config-map.yaml',
      'shop/deployment.yaml',
      'shop/service.yaml',
      'shop/pod-disruption-budget.yaml',
      'shop/network-policy.yaml',
      'shop/db-service-account.yaml',
      'shop/db-stateful-set.yaml',
      'shop/db-service.yaml',
      'shop/db-network-policy.yaml',
    ],
  );
  for (const [path, text] of manifests) assert.deepEqual(validateObject(parse(text)), [], path);
});

test('ConfigMap and secret keys together are exactly the keys of .env.example', async () => {
  const root = workspace();
  const { files, serviceSpecs } = await assemble(settings(root));
  const example = files.get('apps/shop/.env.example')!.match(/^[A-Z_]+(?==)/gm)!;
  const config = Object.keys((await assembled(root, 'deploy/base/shop/config-map.yaml')).data);
  const secret = serviceSpecs[0]!.keys.filter((key) => key.secret).map(({ name }) => name);
  assert.deepEqual([...config, ...secret].sort(), [...example].sort());
});

test('assembling is pure and deterministic', async () => {
  const root = workspace();
  const first = await assemble(settings(root));
  const second = await assemble(settings(workspace()));
  assert.deepEqual(first.files, second.files);
  assert.equal((await compareFiles(root, first.files, 'deploy/base')).written.length, first.files.size);
});

test('writing makes the disk equal: stale files go, a second run changes nothing', async () => {
  const root = workspace({ 'deploy/base/gone/deployment.yaml': 'x' });
  const { files } = await assemble(settings(root));
  assert.deepEqual((await writeFiles(root, files, 'deploy/base')).deleted, ['deploy/base/gone/deployment.yaml']);
  assert.deepEqual(await writeFiles(root, files, 'deploy/base'), { written: [], deleted: [] });
});

test('a fragment wins over the house where it speaks, and adds objects of its own', async () => {
  const root = fragment(`
kind: Deployment
spec:
  replicas: 2
  template: { spec: { containers: [{ name: app, resources: { limits: { memory: 1Gi } } }] } }
---
kind: ConfigMap
data: { LOG_LEVEL: debug }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: shop-budget }
spec: { maxUnavailable: 1 }
`);
  const deployment = await assembled(root, 'deploy/base/shop/deployment.yaml');
  assert.equal(deployment.spec.replicas, 2);
  assert.equal(deployment.spec.template.spec.containers[0].resources.limits.memory, '1Gi');
  assert.equal(deployment.spec.template.spec.containers[0].resources.requests.cpu, '50m');
  assert.equal((await assembled(root, 'deploy/base/shop/config-map.yaml')).data.LOG_LEVEL, 'debug');
  const budget = await assembled(root, 'deploy/base/shop/budget-pod-disruption-budget.yaml');
  assert.equal(budget.metadata.namespace, 'demo');
  assert.equal(budget.metadata.labels['slipway.dev/service'], 'shop');
});

test('production gets an autoscaler per service, no fixed replicas, and no databases; a fragment may scale it', async () => {
  const root = fragment('kind: HorizontalPodAutoscaler\nspec: { maxReplicas: 3 }\n');
  const folder = 'deploy/components/production';
  const autoscaler = await assembled(root, `${folder}/shop/horizontal-pod-autoscaler.yaml`);
  assert.deepEqual(validateObject(autoscaler), []);
  assert.equal(autoscaler.spec.maxReplicas, 3);
  assert.equal(autoscaler.spec.minReplicas, 2);
  const { resources, patches } = await assembled(root, `${folder}/kustomization.yaml`);
  assert.deepEqual(resources, ['network-policy.yaml', 'shop/horizontal-pod-autoscaler.yaml']);
  const [databases, shop] = patches.map(({ patch }: { patch: string }) => parse(patch));
  assert.equal(databases.$patch, 'delete');
  assert.deepEqual(patches[0].target, { labelSelector: 'app.kubernetes.io/component=database' });
  assert.equal(shop.spec.replicas, null);
  const policy = await assembled(root, `${folder}/network-policy.yaml`);
  assert.deepEqual(validateObject(policy), []);
  assert.deepEqual(policy.spec.podSelector.matchExpressions[0].values, ['shop']);
});

type ProblemCase = { what: string; root: () => string; file: string; line?: number; message: RegExp; hint: RegExp };
const inFragment = (
  what: string,
  text: string,
  problem: Pick<ProblemCase, 'line' | 'message' | 'hint'>,
): ProblemCase => ({ what, root: () => fragment(text), file: 'apps/shop/k8s/fragment.yaml', ...problem });
const CASES: ProblemCase[] = [
  inFragment('a misspelt field', 'kind: Deployment\nspec:\n  replcas: 2\n', {
    line: 3,
    message: /no field "replcas"/,
    hint: /did you mean "replicas"/,
  }),
  inFragment(
    'a misspelt field in a list',
    'kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          resourcess: {}\n',
    { line: 7, message: /no field "resourcess"/, hint: /"resources"/ },
  ),
  inFragment('a wrong type', 'kind: ConfigMap\ndata:\n  LOG_LEVEL: 3\n', {
    line: 3,
    message: /must be string, and 3 is none/,
    hint: /quote it: '3'/,
  }),
  inFragment('a bare word that YAML reads as a boolean', 'kind: ConfigMap\ndata:\n  LOG_LEVEL: on\n', {
    line: 3,
    message: /must be string/,
    hint: /./,
  }),
  inFragment('an unknown kind', 'apiVersion: shop/v1\nkind: Shop\nmetadata: { name: shop-x }\n', {
    line: 2,
    message: /does not know shop\/v1 Shop/,
    hint: /Deployment/,
  }),
  inFragment('another apiVersion', 'apiVersion: apps/v2\nkind: Deployment\n', {
    line: 1,
    message: /"apps\/v2"/,
    hint: /drop the line/,
  }),
  inFragment('another name', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n', {
    line: 4,
    message: /could belong to another service/,
    hint: /"shop-…"/,
  }),
  inFragment('another namespace', 'kind: Deployment\nmetadata:\n  namespace: kube-system\n', {
    line: 3,
    message: /"kube-system"/,
    hint: /drop/,
  }),
  inFragment('a selector', 'kind: Service\nspec:\n  selector: { a: b }\n', {
    line: 3,
    message: /slipway works by \{"app\.kubernetes\.io\/name":"shop"\}/,
    hint: /drop/,
  }),
  inFragment('a Secret', 'apiVersion: v1\nkind: Secret\nmetadata: { name: shop-x }\n', {
    line: 2,
    message: /Secret in git/,
    hint: /config\.ts/,
  }),
  inFragment('an exposure', 'kind: Service\nspec: { type: NodePort }\n', {
    line: 2,
    message: /belongs to an overlay/,
    hint: /deploy\/dev/,
  }),
  inFragment('an unknown key of the environment', 'kind: ConfigMap\ndata: { LOG_LEVLE: debug }\n', {
    line: 2,
    message: /no key of the environment/,
    hint: /config\.ts/,
  }),
  inFragment(
    'a probe path that is no route',
    'kind: Deployment\nspec: { template: { spec: { containers: [{ name: app, readinessProbe: { httpGet: { path: /ready } } }] } } }\n',
    { line: 2, message: /no route/, hint: /healthz\/ready/ },
  ),
  inFragment(
    'a probe on an unknown port',
    'kind: Deployment\nspec: { template: { spec: { containers: [{ name: app, readinessProbe: { httpGet: { port: web } } }] } } }\n',
    { line: 2, message: /no port of the container/, hint: /management/ },
  ),
  inFragment(
    'a selector without pods',
    'apiVersion: v1\nkind: Service\nmetadata: { name: shop-extra }\nspec: { selector: { app.kubernetes.io/name: shp }, ports: [{ port: 80 }] }\n',
    { line: 4, message: /matches no pod/, hint: /app\.kubernetes\.io\/name: shop or shop-db/ },
  ),
  inFragment(
    'a port that the pods do not have',
    'apiVersion: v1\nkind: Service\nmetadata: { name: shop-extra }\nspec: { selector: { app.kubernetes.io/name: shop }, ports: [{ port: 80, targetPort: web }] }\n',
    { line: 4, message: /"web" is no port/, hint: /http, management/ },
  ),
  inFragment('no YAML', 'kind: [Deployment\n', { message: /./, hint: /mend the YAML/ }),
  inFragment('a document without kind', 'spec: {}\n', { line: 1, message: /without `kind`/, hint: /kind: Deployment/ }),
  {
    what: 'a gap in the migrations',
    root: () => workspace({ 'apps/shop/migrations/0003_x.sql': '' }),
    file: 'apps/shop/migrations/0003_x.sql',
    message: /number 0003 in place 2/,
    hint: /put the missing file back; if there never was one, rename this to 0002_x\.sql/,
  },
  {
    what: 'a migration twice',
    root: () => workspace({ 'apps/shop/migrations/0001_other.sql': '' }),
    file: 'apps/shop/migrations/0001_other.sql',
    message: /has the same number as 0001_first\.sql/,
    hint: /for this one 0002_other\.sql is free/,
  },
  {
    what: 'a badly named migration',
    root: () => workspace({ 'apps/shop/migrations/first.sql': '' }),
    file: 'apps/shop/migrations/first.sql',
    message: /no name for a migration/,
    hint: /0002/,
  },
  {
    what: 'a migration that is not UTF-8',
    root: () => workspace({ 'apps/shop/migrations/0002_x.sql': Buffer.from('select 1;\n\n-- Zürich', 'latin1') }),
    file: 'apps/shop/migrations/0002_x.sql',
    line: 3,
    message: /is not UTF-8/,
    hint: /iconv -f ISO-8859-1 -t UTF-8 apps\/shop\/migrations\/0002_x\.sql > /,
  },
  {
    what: 'a migration that no transaction can run',
    root: () => workspace({ 'apps/shop/migrations/0002_x.sql': '\ncreate index concurrently i on t (a);' }),
    file: 'apps/shop/migrations/0002_x.sql',
    line: 2,
    message: /cannot run in a transaction/,
    hint: /-- slipway: no-transaction/,
  },
  {
    what: 'pools that together exhaust the database',
    root: () => fragment('kind: HorizontalPodAutoscaler\nspec: { maxReplicas: 9 }\n'),
    file: 'apps/shop/src/config.ts',
    line: 6,
    message: /is 5: times 11 pods .* that is 65 connections, the database has 60/,
    hint: /at most 4, or fewer maxReplicas, or postgres\(\{ maxConnections: 65 \}\)/,
  },
  {
    what: 'a fragment’s pool size counts',
    root: () => fragment('kind: ConfigMap\ndata: { POOL: "7" }\n'),
    file: 'apps/shop/src/config.ts',
    message: /is 7: times 8 pods/,
    hint: /at most 6/,
  },
  {
    what: 'a database without a bound on its connections',
    root: () => workspace({ 'apps/shop/src/config.ts': CONFIG.replace('isPoolSize: true', 'secret: false') }),
    file: 'apps/shop/src/config.ts',
    message: /nothing bounds its connections/,
    hint: /poolSize\(\)/,
  },
  {
    what: 'a config.ts that throws',
    root: () => workspace({ 'apps/shop/src/config.ts': 'throw new Error("boom")' }),
    file: 'apps/shop/src/config.ts',
    message: /boom/,
    hint: /side effects/,
  },
];
for (const { what, root, file, line, message, hint } of CASES) {
  test(`problem: ${what}`, async () => {
    await assert.rejects(assemble(settings(root())), (error: unknown) => {
      assert.ok(error instanceof ValidationError, String(error));
      const found = error.problems.find((problem) => problem.file === file && message.test(problem.message));
      assert.ok(found, error.message);
      assert.match(found.hint, hint);
      if (line !== undefined) assert.equal(found.line, line);
      return true;
    });
  });
}

test('the problems of all services come in one list', async () => {
  const root = fragment('kind: Deployment\nspec: { replcas: 2 }\n');
  cpSync(join(root, 'apps/shop'), join(root, 'apps/other'), { recursive: true });
  await assert.rejects(assemble(settings(root)), (error: unknown) => {
    assert.deepEqual(
      (error as ValidationError).problems.map(({ file }) => file),
      ['apps/other/k8s/fragment.yaml', 'apps/shop/k8s/fragment.yaml'],
    );
    return true;
  });
});

test('a problem of one document hides none of the next, and is told once', async () => {
  const misspelt = 'kind: Deployment\nspec: { replcas: 2 }\n';
  const more = 'kind: Deployment\nspec: { paused: false }\n';
  const root = fragment([misspelt, more, 'kind: ConfigMap\ndata: { NO_SUCH_KEY: x }\n'].join('---\n'));
  await assert.rejects(assemble(settings(root)), (error: unknown) => {
    assert.deepEqual(
      (error as ValidationError).problems.map(({ key, line }) => [key, line]),
      [
        ['Deployment spec.replcas', 2],
        ['ConfigMap data.NO_SUCH_KEY', 8],
      ],
    );
    return true;
  });
});

test('an object of the stack lies at the top, one with another name says its own', () => {
  assert.equal(
    objectPath({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } }, undefined),
    'namespace.yaml',
  );
  assert.equal(
    objectPath({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'shop-sweep' } }, 'shop'),
    'shop/sweep-cron-job.yaml',
  );
});

for (const name of ['deploy', 'default', 'slipway', 'postgres', 'localhost', 'order-db', 'Order', 'order_x']) {
  test(`a service in a folder named ${name} is refused`, async () => {
    const root = workspace();
    cpSync(join(root, 'apps/shop'), join(root, 'apps', name), { recursive: true });
    await assert.rejects(assemble(settings(root)), (error: unknown) => {
      const found = (error as ValidationError).problems.find(({ file }) => file === `apps/${name}`);
      assert.match(found?.message ?? '', new RegExp(`"${name}" (is taken|cannot be a service's name)`));
      assert.equal(found!.hint, 'rename the folder');
      return true;
    });
  });
}

test('two services that declare one object are told, each object being of one alone', async () => {
  const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop-more }\n';
  const root = workspace({ 'apps/shop/k8s/fragment.yaml': object });
  cpSync(join(root, 'apps/shop'), join(root, 'apps/shop-more'), { recursive: true });
  await assert.rejects(assemble(settings(root)), (error: unknown) => {
    const [problem] = (error as ValidationError).problems.filter(({ key }) => key === 'ConfigMap shop-more');
    assert.equal(problem!.file, 'apps/shop/k8s/fragment.yaml');
    assert.equal(problem!.line, 3);
    assert.match(problem!.message, /apps\/shop-more has it too/);
    return true;
  });
});

for (const [what, text] of [
  ['changed', 'app.kubernetes.io/name: orders-v2'],
  ['deleted', 'app.kubernetes.io/name: null'],
] as const) {
  test(`a label of the pods that is ${what} is one problem: selectors of the platform are not blamed for it`, async () => {
    const root = fragment(`kind: Deployment\nspec: { template: { metadata: { labels: { ${text} } } } }\n`);
    await assert.rejects(assemble(settings(root)), ({ problems }: ValidationError) => {
      assert.deepEqual(
        problems.map(({ line, hint }) => [line, hint]),
        [[2, 'drop the line']],
      );
      return true;
    });
  });
}
