import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { editFile, restoreFiles } from './support/edited-files.ts';
import { getObject } from './support/get-object.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from './support/stack.ts';

const FRAGMENT = 'apps/product/k8s/fragment.yaml';
const EXTRA = `
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: product-planted
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app.kubernetes.io/name: product }
`;

const OVERLAY = 'deploy/dev/kustomization.yaml';
const SHARED = 'deploy/dev/planted.yaml';
const PLANTED = `
apiVersion: v1
kind: ConfigMap
metadata: { name: planted, namespace: ${NAMESPACE} }
data: { mine: 'yes' }
`;

after(async () => {
  restoreFiles();
  await kubectl(['-n', NAMESPACE, 'delete', 'configmap', 'a-stranger', '--ignore-not-found']);
  await deploy();
});

test('objects dropped from a fragment and from the overlay are pruned, a stranger’s object in the namespace is not', async () => {
  await deploy();
  await kubectl(['-n', NAMESPACE, 'create', 'configmap', 'a-stranger', '--from-literal=mine=yes']);
  editFile(FRAGMENT, (text) => text + EXTRA);
  editFile(SHARED, () => PLANTED);
  editFile(OVERLAY, (text) => text.replace('resources:', 'resources:\n  - planted.yaml'));
  await deploy();
  assert.ok(await getObject('poddisruptionbudget/product-planted'));
  assert.ok(await getObject('configmap/planted'));

  restoreFiles();
  const diff = await nx('run', 'deploy:diff');
  assert.match(diff.output, /PodDisruptionBudget\/product-planted would be pruned/);
  assert.match(diff.output, /ConfigMap\/planted would be pruned/);
  assert.ok(await getObject('poddisruptionbudget/product-planted'), 'a diff changes nothing');
  const pruned = await nx('run', 'product:deploy-kind');
  expectSuccess(pruned);
  assert.match(pruned.output, /PodDisruptionBudget\/product-planted pruned/);
  assert.equal(await getObject('poddisruptionbudget/product-planted'), undefined);
  assert.match(pruned.output, /ConfigMap\/planted pruned/);
  assert.equal(await getObject('configmap/planted'), undefined);
  assert.ok(await getObject('configmap/a-stranger'));
});
