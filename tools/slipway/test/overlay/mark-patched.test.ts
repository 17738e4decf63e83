import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubernetesObject } from '../../src/manifests/kubernetes-object.ts';
import { environmentMark, withEnvironmentMark } from '../../src/overlay/environment-mark.ts';
import { markPatched } from '../../src/overlay/mark-patched.ts';

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
function markOf(name: string, data: Record<string, string>): string | undefined {
  const objects = markPatched([configMap(name, data), deployment(name)], assembled);
  return environmentMark(objects[1]!);
}

test('settings that the overlay has patched make new pods, others keep their mark', () => {
  assert.equal(markOf('order', { LOG_LEVEL: 'info' }), 'assembled');
  const debug = markOf('order', { LOG_LEVEL: 'debug' });
  assert.match(debug!, /^assembled\.[0-9a-f]{16}$/);
  assert.notEqual(markOf('order', { LOG_LEVEL: 'warn' }), debug);
});

test('a Deployment of the overlay’s own is left as it is', () => {
  assert.equal(markOf('collector', { LOG_LEVEL: 'debug' }), 'assembled');
});
