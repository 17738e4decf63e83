import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { KubernetesObject } from '../../src/manifests/kubernetes-object.ts';
import { environmentMark, withEnvironmentMark } from '../../src/overlay/environment-mark.ts';
import { markPatched } from '../../src/overlay/mark-patched.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-mark-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'deploy/base/order'), { recursive: true });
writeFileSync(join(root, 'deploy/base/order/config-map.yaml'), 'kind: ConfigMap\ndata:\n  LOG_LEVEL: info\n');

const deployment = (name: string) =>
  withEnvironmentMark(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { template: {} } },
    'assembled',
  );
const configMap = (name: string, data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
async function markOf(name: string, data: Record<string, string>): Promise<string | undefined> {
  const objects = await markPatched(root, [configMap(name, data), deployment(name)]);
  return environmentMark(objects[1]!);
}

test('settings that the overlay has patched make new pods, others keep their mark', async () => {
  assert.equal(await markOf('order', { LOG_LEVEL: 'info' }), 'assembled');
  const debug = await markOf('order', { LOG_LEVEL: 'debug' });
  assert.match(debug!, /^assembled\.[0-9a-f]{16}$/);
  assert.notEqual(await markOf('order', { LOG_LEVEL: 'warn' }), debug);
});

test('a Deployment of the overlay’s own is left as it is', async () => {
  assert.equal(await markOf('collector', { LOG_LEVEL: 'debug' }), 'assembled');
});
