import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainError } from '@slipway/util/errors';
import type { KubeApi } from '../../../src/kubernetes/client/kube-api.ts';
import { stackAddress } from '../../../src/kubernetes/client/stack-address.ts';

const settings = {
  workspaceRoot: '/nowhere',
  stack: 'acme',
  workspace: 'acme',
  cluster: 'acme',
  defaultCluster: 'acme',
};

/** Fake: a cluster that has these Services and answers nothing else. */
function clusterWith(items: object[]): KubeApi {
  const get = () => Promise.resolve({ items });
  return { context: 'kind-acme', get } as unknown as KubeApi;
}

const service = (name: string, spec: object) => ({ metadata: { name }, spec });

test('a stack that exposes nothing is told from one that is not deployed', async () => {
  await assert.rejects(stackAddress(clusterWith([]), settings), (error) => {
    assert.match(explainError(error), /nothing is deployed to namespace acme of kind-acme/);
    assert.match(explainError(error), /npx nx run-many -t deploy-kind/);
    return true;
  });
  const database = service('store-db', { clusterIP: 'None' });
  const web = service('web', { type: 'ClusterIP', clusterIP: '10.96.0.7' });
  await assert.rejects(stackAddress(clusterWith([database, web]), settings), (error) => {
    assert.match(explainError(error), /exposes no service of namespace acme/);
    assert.match(explainError(error), /kubectl --context kind-acme -n acme port-forward service\/web 8080:80/);
    return true;
  });
});
