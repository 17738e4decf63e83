import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import type { ServiceSpec } from '../../../src/services/service-spec.ts';
import { imageName } from '../../../src/images/image-name.ts';
import { generatedComponent } from '../../../src/manifests/overlay/generated-component.ts';
import { decodeSecret } from '../../../src/manifests/overlay/read-secrets.ts';
import { renderOverlay } from '../../../src/manifests/overlay/render-overlay.ts';
import { parseSecretManifest } from '../../../src/manifests/overlay/secret-manifest.ts';

const serviceSpec: ServiceSpec = {
  name: 'order',
  root: 'apps/order',
  configFile: 'apps/order/src/config.ts',
  hasDatabase: true,
  calls: [],
  keys: [
    { name: 'LOG_LEVEL', description: '', secret: false, source: { kind: 'plain' }, default: 'info' },
    { name: 'DATABASE_URL', description: '', secret: true, source: { kind: 'postgres-url' } },
    { name: 'ADMIN_PASSWORD', description: '', secret: true, source: { kind: 'generated-password', length: 24 } },
  ],
};
const image = {
  repository: 'slipway.local/shop/order',
  tag: 'abc',
  manifest: { mediaType: '', digest: 'sha256:abcdef', size: 0 },
  blobs: [],
};
const URL = 'postgres://order:p%40ss@order-db:5432/order';
function component(configMap = 'LOG_LEVEL: info', password = 'secret', registry?: string) {
  return generatedComponent({
    stack: 'shop',
    serviceSpecs: [serviceSpec],
    images: { order: imageName(image, registry) },
    environments: { order: { LOG_LEVEL: 'info', DATABASE_URL: URL, ADMIN_PASSWORD: password } },
    databases: { order: { user: 'order', password: 'p@ss' } },
    configMaps: { order: configMap },
  });
}
const FOLDER = 'deploy/dev/generated';
const kustomization = (files: Map<string, string>) => parse(files.get(`${FOLDER}/kustomization.yaml`)!);
const hash = (files: Map<string, string>) =>
  JSON.stringify([kustomization(files).patches, files.get(`${FOLDER}/order.pods.yaml`)]);
const valuesOf = (files: Map<string, string>, secret: string) =>
  Object.fromEntries(
    Object.entries(parseSecretManifest(files.get(`${FOLDER}/${secret}.secret.json`)!)!).map(([key, value]) => [
      key,
      value.toString(),
    ]),
  );

test('secrets, and nothing but secrets, lie in the manifests of Secrets', () => {
  const files = component();
  assert.deepEqual(valuesOf(files, 'order'), { DATABASE_URL: URL, ADMIN_PASSWORD: 'secret' });
  assert.deepEqual(valuesOf(files, 'order-db'), { POSTGRES_USER: 'order', POSTGRES_PASSWORD: 'p@ss' });
  assert.doesNotMatch(files.get(`${FOLDER}/kustomization.yaml`)!, /p@ss|p%40ss/);
});

test('images get the repository and tag of this machine, or a registry’s and the digest', () => {
  assert.deepEqual(kustomization(component()).images, [
    { name: 'order', newName: 'slipway.local/shop/order', newTag: 'abc' },
  ]);
  assert.deepEqual(kustomization(component(undefined, undefined, 'registry.example.com')).images, [
    { name: 'order', newName: 'registry.example.com/shop/order', digest: 'sha256:abcdef' },
  ]);
});

test('a changed ConfigMap or Secret makes new pods, the same values do not', () => {
  assert.equal(hash(component()), hash(component()));
  assert.notEqual(hash(component()), hash(component('LOG_LEVEL: debug')));
  assert.notEqual(hash(component()), hash(component('LOG_LEVEL: info', 'another')));
});

test('kubectl renders every value as it is', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-component-'));
  t.after(() => rmSync(root, { recursive: true }));
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const values = [
    ...[pem as string, '=a==b=', `'"\``, '# no comment', '$HOME ${X} $(x)', 'C:\\n\\\\', '  around\t', 'a\r\nb\rc\n'],
    ...['', 'null', '0x1F', 'x'.repeat(120_000), 'naïve 🔑 \ufeff'],
    // In base64 these are what YAML 1.1 reads as a number, a null or a boolean.
    ...['0b11', '0o17', '1e10', 'null', 'true', '1234'].map((text) => Buffer.from(text, 'base64').toString('latin1')),
  ];
  const names = values.map((_, index) => `KEY_${index}`);
  const keys = names.map((name) => ({ name, description: '', secret: true, source: { kind: 'plain' } as const }));
  const environment = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
  const files = generatedComponent({
    stack: 'shop',
    serviceSpecs: [{ ...serviceSpec, hasDatabase: false, keys }],
    images: {},
    environments: { order: environment },
    databases: {},
    configMaps: { order: '' },
  });
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'order' }, spec: { template: {} } };
  files.set('deploy/dev/order.yaml', stringify(deployment));
  files.set('deploy/dev/kustomization.yaml', 'resources: [order.yaml]\ncomponents: [generated]\n');
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const secret = (await renderOverlay(root, 'deploy/dev')).find(({ kind }) => kind === 'Secret')!;
  const decoded = Object.entries(decodeSecret(secret.data as Record<string, string>));
  assert.deepEqual(Object.fromEntries(decoded.map(([key, value]) => [key, value.toString()])), environment);
  assert.equal(secret.metadata.namespace, 'shop');
});

test('what is no manifest of a Secret is told apart without a word of it', () => {
  for (const text of ['', '{', 'KEY=value', '[]', '{"data":[]}', '{"data":{"A":1}}', '{"data":{"A":"no base64!"}}'])
    assert.equal(parseSecretManifest(text), undefined);
  assert.deepEqual(parseSecretManifest('{"data":{"A":"eA==\\n"}}'), { A: Buffer.from('x') });
});
