import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { isMissing } from '../../../src/images/publish/registry/missing-image.ts';
import { placeholderProblems } from '../../../src/manifests/overlay/placeholder-problems.ts';
import { withVersionLabels } from '../../../src/manifests/overlay/version-labels.ts';
import { renderProblems } from '../../../src/manifests/render-problems.ts';
import { workspaceWith } from '../../support/workspace-with.ts';

const route: KubernetesObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'gateway', namespace: 'demo' },
  spec: { hostnames: ['demo.change-me.example'], parentRefs: [{ name: 'public' }] },
};
const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'order', labels: { a: 'b' } },
  spec: { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'app', image: 'order' }] } } },
};

test('a placeholder that is not filled in is a problem at its line', (t) => {
  const root = workspaceWith(t, {
    'deploy/prod/http-route.yaml': '# change-me is a comment here\nspec:\n  hostnames: [demo.change-me.example]\n',
  });
  assert.deepEqual(placeholderProblems(root, 'deploy/prod', [route, deployment]), [
    {
      file: 'deploy/prod/http-route.yaml',
      line: 3,
      key: 'HTTPRoute/gateway spec.hostnames.0',
      message: 'is the placeholder demo.change-me.example',
      hint: 'write the value of your platform, or take the file out of kustomization.yaml',
    },
  ]);
  const filled = { ...route, spec: { hostnames: ['demo.example.com'] } };
  assert.deepEqual(placeholderProblems(root, 'deploy/prod', [filled]), []);
});

test('a placeholder that stands in several files is found in the one of its object', (t) => {
  const root = workspaceWith(t, {
    'deploy/prod/a-policy.yaml': 'kind: NetworkPolicy\nspec:\n  name: change-me\n',
    'deploy/prod/http-route.yaml': 'kind: HTTPRoute\nspec:\n  namespace: change-me\n  name: change-me\n',
  });
  const named = { ...route, spec: { parentRefs: [{ name: 'change-me', namespace: 'change-me' }] } };
  const found = placeholderProblems(root, 'deploy/prod', [named]).map(({ file, line }) => `${file}:${line}`);
  assert.deepEqual(found, ['deploy/prod/http-route.yaml:4', 'deploy/prod/http-route.yaml:3']);
});

test('kinds of other APIs are left to the cluster, misspelt ones of Kubernetes are not', () => {
  assert.deepEqual(renderProblems('deploy/prod', route), []);
  const external = { ...route, apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' };
  assert.deepEqual(renderProblems('deploy/prod', external), []);
  const [wrong] = renderProblems('deploy/prod', { ...deployment, kind: 'Deploymnt' });
  assert.match(wrong!.message, /does not know apps\/v1 Deploymnt/);
  const [version] = renderProblems('deploy/prod', { ...deployment, apiVersion: 'apps/v2' });
  assert.equal(version!.hint, 'write apiVersion: apps/v1');
});

test('workloads and their pods say which image they run', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const [labelled, other] = withVersionLabels([deployment, route], { order: `r.example/demo/order@${digest}` });
  const { metadata, spec } = labelled as ReturnType<typeof JSON.parse>;
  const labels = { a: 'b', 'app.kubernetes.io/version': '0123456789abcdef' };
  assert.deepEqual([metadata.labels, spec.template.metadata.labels], [labels, labels]);
  assert.deepEqual(other, route);
  assert.equal(deployment.metadata.labels!['app.kubernetes.io/version'], undefined, 'the argument does not change');
});

/** A fake registry that has one manifest. */
test('a digest that the registry lacks is found, and a refusal is no absence', async (t) => {
  const server = createServer(({ url }, answer) => {
    answer.statusCode = url === '/v2/demo/order/manifests/sha256:1' ? 200 : url?.includes('secret') ? 403 : 404;
    answer.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(await isMissing(host, 'demo/order', 'sha256:1'), false);
  assert.equal(await isMissing(host, 'demo/order', 'sha256:2'), true);
  await assert.rejects(isMissing(host, 'demo/secret', 'sha256:1'), {
    message: /answers HTTP 403/,
    hint: /docker login/,
  });
});
