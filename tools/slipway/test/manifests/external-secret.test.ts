import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readContracts } from '../../src/contract/read-contracts.ts';
import { externalSecret } from '../../src/manifests/external-secret.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const store = { name: 'vault', kind: 'ClusterSecretStore' } as const;

test('every secret key of every contract, and no other, is taken from the store', async () => {
  for (const contract of await readContracts(root)) {
    const { spec } = externalSecret('shop', contract, store) as unknown as {
      spec: { target: { name: string }; data: { secretKey: string; remoteRef: { key: string; property: string } }[] };
    };
    assert.equal(spec.target.name, contract.name, 'the Secret that the Deployment reads');
    assert.deepEqual(
      spec.data.map(({ secretKey }) => secretKey),
      contract.keys.filter(({ secret }) => secret).map(({ name }) => name),
    );
    assert.ok(spec.data.every(({ secretKey, remoteRef }) => remoteRef.property === secretKey));
  }
});

test('a service without secrets needs none', () => {
  const contract = { name: 'a', root: 'apps/a', configFile: '', keys: [], hasDatabase: false, calls: [] };
  assert.equal(externalSecret('shop', contract, store), undefined);
});
