import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { getObject } from './support/get-object.ts';
import { podIdentities } from './support/pod-identities.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from './support/stack.ts';

type Deployment = {
  metadata: { labels: Record<string, string> };
  spec: {
    replicas: number;
    template: { spec: { containers: { name: string; env?: object[] }[]; volumes: { name: string }[] } };
  };
};
const product = async () => (await getObject<Deployment>('deployment/product'))!;
const replicas = async () => (await product()).spec.replicas;
const ofShop = (...args: string[]) => kubectl(['-n', NAMESPACE, ...args]);

/** A container, a volume and a port that nobody declares. */
const SIDECAR = {
  name: 'planted',
  image: 'registry.k8s.io/pause:3.10.1',
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    runAsUser: 10001,
    capabilities: { drop: ['ALL'] },
  },
};
const POD = { containers: [SIDECAR], volumes: [{ name: 'planted', emptyDir: {} }] };
const PORTS = { ports: [{ name: 'planted', port: 8081, protocol: 'TCP', targetPort: 'http' }] };

after(() => deploy());

test('hand edits are found by deploy:diff, kept on --no-force, and mended by the next deploy', async () => {
  await deploy();
  const declared = await product();
  const others = await podIdentities('app.kubernetes.io/name!=product');
  await ofShop('scale', 'deployment/product', `--replicas=${declared.spec.replicas + 1}`);
  await ofShop('label', 'deployment/product', 'planted=yes');
  await ofShop('set', 'env', 'deployment/product', 'PLANTED=1');
  await ofShop('patch', 'deployment/product', '--patch', JSON.stringify({ spec: { template: { spec: POD } } }));
  await ofShop('patch', 'service/product', '--patch', JSON.stringify({ spec: PORTS }));

  const diff = await nx('run', 'deploy:diff');
  expectSuccess(diff);
  const { replicas: wanted } = declared.spec;
  assert.match(diff.output, new RegExp(`~ spec\\.replicas: ${wanted + 1} → ${wanted}`));
  assert.match(diff.output, /Deployment\/product \.spec\.replicas was set by kubectl/, 'whose edit it is');
  for (const field of [
    'Deployment/product .metadata.labels.planted was added by kubectl-label',
    'Deployment/product .spec.template.spec.containers[name="app"].env[name="PLANTED"] was added by kubectl-set',
    'Deployment/product .spec.template.spec.containers[name="planted"] was added by kubectl-patch',
    'Deployment/product .spec.template.spec.volumes[name="planted"] was added by kubectl-patch',
    'Service/product .spec.ports[port=8081,protocol="TCP"] was added by kubectl-patch',
  ])
    assert.ok(diff.output.includes(field), `${field}\n${diff.output}`);
  assert.equal(await replicas(), wanted + 1, 'a diff changes nothing');

  const refused = await nx('run', 'product:deploy-kind', '--no-force');
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(refused.output, /nothing was touched/);
  assert.equal(await replicas(), wanted + 1);

  await deploy();
  const mended = await product();
  assert.deepEqual(mended.metadata.labels, declared.metadata.labels);
  assert.deepEqual(mended.spec, declared.spec);
  assert.deepEqual(await podIdentities('app.kubernetes.io/name!=product'), others, 'no other pod was touched');
  assert.match((await nx('run', 'deploy:diff')).output, /the cluster is what the files declare/);
});
