import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { KubeApi } from '../../src/kube/kube-api.ts';
import { editedMigrations, migrationChecksums, nodeFaults } from '../../src/pipeline/preflight-cluster.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-preflight-'));
mkdirSync(join(root, 'apps/shop/migrations'), { recursive: true });
const migration = join(root, 'apps/shop/migrations/0001_first.sql');
writeFileSync(migration, 'select 1;');
after(() => rmSync(root, { recursive: true }));
const contract = { name: 'shop', root: 'apps/shop', configFile: '', keys: [], hasDatabase: true, calls: [] };

/** A fake API server: a disk cannot be filled up for a test. */
const fakeApi = (conditions: { type: string; status: string; message: string }[]) =>
  ({
    context: 'kind-x',
    get: async () => ({ items: [{ metadata: { name: 'one' }, status: { conditions } }] }),
  }) as unknown as KubeApi;
const ready = { type: 'Ready', status: 'True', message: '' };

test('a healthy node has no faults', async () => {
  assert.deepEqual(await nodeFaults(fakeApi([ready, { type: 'DiskPressure', status: 'False', message: '' }])), []);
});

test('a full disk is found before pods are refused', async () => {
  const [fault] = await nodeFaults(fakeApi([ready, { type: 'DiskPressure', status: 'True', message: '' }]));
  assert.equal(fault!.file, 'node one');
  assert.match(fault!.problem, /disk is full/);
  assert.match(fault!.cure, /df -h/);
});

test('a node that is not ready says why', async () => {
  const [fault] = await nodeFaults(fakeApi([{ type: 'Ready', status: 'False', message: 'no network plugin' }]));
  assert.match(fault!.problem, /no network plugin/);
});

test('an applied migration may not change; a new one may come', () => {
  const inventory = { shop: { objects: [], migrations: migrationChecksums(root, contract) } };
  writeFileSync(join(root, 'apps/shop/migrations/0002_second.sql'), 'select 2;');
  assert.deepEqual(editedMigrations(root, [contract], inventory), []);
  writeFileSync(migration, 'select 3;');
  const [fault, ...rest] = editedMigrations(root, [contract], inventory);
  assert.equal(fault!.file, 'apps/shop/migrations/0001_first.sql');
  assert.deepEqual(rest, []);
});
