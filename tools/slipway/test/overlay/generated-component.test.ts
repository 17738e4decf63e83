import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { ServiceContract } from '../../src/contract/service-contract.ts';
import { imageName } from '../../src/image/image-name.ts';
import { generatedComponent } from '../../src/overlay/generated-component.ts';

const contract: ServiceContract = {
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
function component(configMap = 'LOG_LEVEL: info', password = 'secret', registry?: string) {
  const environment = {
    LOG_LEVEL: 'info',
    DATABASE_URL: 'postgres://order:p%40ss@order-db:5432/order',
    ADMIN_PASSWORD: password,
  };
  return generatedComponent({
    stack: 'shop',
    contracts: [contract],
    images: { order: imageName(image, registry) },
    environments: { order: environment },
    databases: { order: { user: 'order', password: 'p@ss' } },
    configMaps: { order: configMap },
  });
}
const kustomization = (files: Map<string, string>) => parse(files.get('deploy/dev/generated/kustomization.yaml')!);
const hash = (files: Map<string, string>) =>
  JSON.stringify([kustomization(files).patches, files.get('deploy/dev/generated/order-secret.yaml')]);

test('secrets, and nothing but secrets, lie in the env files', () => {
  const files = component();
  assert.equal(
    files.get('deploy/dev/generated/order.env'),
    'DATABASE_URL=postgres://order:p%40ss@order-db:5432/order\nADMIN_PASSWORD=secret\n',
  );
  assert.equal(files.get('deploy/dev/generated/order-db.env'), 'POSTGRES_USER=order\nPOSTGRES_PASSWORD=p@ss\n');
  assert.doesNotMatch(files.get('deploy/dev/generated/kustomization.yaml')!, /p@ss|p%40ss|secret\b.*secret/);
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
