import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { environmentMark, withEnvironmentMark } from '../../../src/manifests/overlay/config-hash.ts';
import { rehashPatched } from '../../../src/manifests/overlay/rehash-patched.ts';

const assembled = { order: 'kind: ConfigMap\ndata:\n  LOG_LEVEL: info\n' };

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
function configHashOf(name: string, data: Record<string, string>): string | undefined {
  const objects = rehashPatched([configMap(name, data), deployment(name)], assembled);
  return environmentMark(objects[1]!);
}

test('settings that the overlay has patched make new pods, others keep their mark', () => {
  assert.equal(configHashOf('order', { LOG_LEVEL: 'info' }), 'assembled');
  const debug = configHashOf('order', { LOG_LEVEL: 'debug' });
  assert.match(debug!, /^assembled\.[0-9a-f]{16}$/);
  assert.notEqual(configHashOf('order', { LOG_LEVEL: 'warn' }), debug);
});

test('a Deployment of the overlay’s own is left as it is', () => {
  assert.equal(configHashOf('collector', { LOG_LEVEL: 'debug' }), 'assembled');
});
