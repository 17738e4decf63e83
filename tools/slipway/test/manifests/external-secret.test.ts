import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readServiceSpecs } from '../../src/services/read-services.ts';
import { externalSecret } from '../../src/manifests/external-secret.ts';
import { serviceSpec } from '../support/service-spec.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const store = { name: 'vault', kind: 'ClusterSecretStore' } as const;

test('every secret key of every service spec, and no other, is taken from the store', async () => {
  for (const found of await readServiceSpecs(root)) {
    const { spec } = externalSecret('shop', found, store) as unknown as {
      spec: { target: { name: string }; data: { secretKey: string; remoteRef: { key: string; property: string } }[] };
    };
    assert.equal(spec.target.name, found.name, 'the Secret that the Deployment reads');
    assert.deepEqual(
      spec.data.map(({ secretKey }) => secretKey),
      found.keys.filter(({ secret }) => secret).map(({ name }) => name),
    );
    assert.ok(spec.data.every(({ secretKey, remoteRef }) => remoteRef.property === secretKey));
  }
});

test('a service without secrets needs none', () => {
  assert.equal(externalSecret('shop', serviceSpec('a'), store), undefined);
});
