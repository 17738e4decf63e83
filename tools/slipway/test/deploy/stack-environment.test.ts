import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { UserError } from '@slipway/util/errors';
import { after, before, beforeEach, test } from 'node:test';
import { stackEnvironment, stackTarget } from '../../src/deploy/context/stack-environment.ts';
import { nxCommand } from '../../src/kubernetes/client/target.ts';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';
import { type FakeApi, openFakeApi, pathOf } from '../support/fake-api.ts';
import { fakeDocker } from '../support/fake-docker.ts';

const workspaceRoot = join(import.meta.dirname, '../../../..');
const { namespace } = stackTarget(workspaceRoot);
const { KUBECONFIG } = process.env;
// Another cluster has the node port of the files; ours was made beside it.
const docker = fakeDocker({ fake: { 31000: '0.0.0.0:40123' }, slipway: { 30080: '127.0.0.1:30080' } });
let api: FakeApi;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const labels = { 'app.kubernetes.io/part-of': namespace };
const gateway = (spec: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'gateway', namespace, labels },
  spec,
});
const secret: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'user', namespace, labels },
  data: {
    ADMIN_EMAIL: base64('admin@shop.example'),
    ADMIN_PASSWORD: base64('pass'),
    DATABASE_URL: base64('postgres://x'),
  },
};

before(async () => {
  api = await openFakeApi();
  process.env.KUBECONFIG = api.kubeconfig;
});
beforeEach(() => {
  api.objects.clear();
  for (const object of [gateway({ type: 'NodePort', ports: [{ port: 80, nodePort: 31000 }] }), secret]) {
    api.objects.set(pathOf(object), object);
  }
});
after(() => {
  api.close();
  docker.restore();
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
});

test('address, cluster and credentials are those of one stack, and nothing else of its secrets', async () => {
  assert.deepEqual(await stackEnvironment(workspaceRoot, 'kind-fake'), {
    GATEWAY_URL: 'http://127.0.0.1:40123',
    KUBE_CONTEXT: 'kind-fake',
    KUBE_NAMESPACE: namespace,
    ADMIN_EMAIL: 'admin@shop.example',
    ADMIN_PASSWORD: 'pass',
  });
});

test('a stack without an address on this machine is refused, never answered for by another cluster', async () => {
  api.objects.set(pathOf(gateway({})), gateway({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }));
  await assert.rejects(stackEnvironment(workspaceRoot, 'kind-fake'), (error: UserError) => {
    assert.match(error.message, /cluster fake does not map node port 30080 to this machine/);
    assert.match(error.hint!, /kubectl --context kind-fake -n \S+ port-forward service\/gateway/);
    return true;
  });
  api.objects.set(pathOf(gateway({})), gateway({ type: 'ClusterIP', ports: [{ port: 80 }] }));
  await assert.rejects(stackEnvironment(workspaceRoot, 'kind-fake'), {
    message: /deploy\/dev exposes no service of namespace \S+ to this machine/,
    hint: /kubectl --context kind-fake -n \S+ port-forward service\/gateway 8080:80, or write a Service of type NodePort/,
  });
  await assert.rejects(stackEnvironment(workspaceRoot, 'kind-away'), /no context "kind-away"/);
});

test('a hint repeats the context, unless the command would take it by itself', () => {
  const settings = { defaultCluster: 'slipway' };
  assert.equal(nxCommand(settings, 'kind-slipway', 'run deploy:diff'), 'npx nx run deploy:diff');
  assert.equal(nxCommand(settings, 'kind-two', 'run deploy:diff'), 'npx nx run deploy:diff --context kind-two');
  assert.equal(nxCommand(settings, 'prod', 'run deploy:diff'), 'npx nx run deploy:diff --context prod');
});
