import { strict as assert } from 'node:assert';
import { after, test } from 'node:test';
import { getObject } from './support/get-object.ts';
import { podIdentities } from './support/pod-identities.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from './support/stack.ts';

type Deployment = { spec: { replicas: number } };
const replicas = async () => (await getObject<Deployment>('deployment/product'))?.spec.replicas;

after(() => deploy());

test('a hand edit is found by deploy:diff, kept on --no-force, and mended by the next deploy', async () => {
  await deploy();
  const declared = await replicas();
  assert.ok(declared !== undefined);
  const others = await podIdentities('app.kubernetes.io/name!=product');
  await kubectl(['-n', NAMESPACE, 'scale', 'deployment/product', `--replicas=${declared + 1}`]);

  const diff = await nx('run', 'deploy:diff');
  expectSuccess(diff);
  assert.match(diff.output, new RegExp(`~ spec\\.replicas: ${declared + 1} → ${declared}`));
  assert.match(diff.output, /Deployment\/product \.spec\.replicas was set by kubectl/, 'whose edit it is');
  assert.equal(await replicas(), declared + 1, 'a diff changes nothing');

  const refused = await nx('run', 'product:deploy-kind', '--no-force');
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(refused.output, /nothing was touched/);
  assert.equal(await replicas(), declared + 1);

  await deploy();
  assert.equal(await replicas(), declared);
  assert.deepEqual(await podIdentities('app.kubernetes.io/name!=product'), others, 'no other pod was touched');
  assert.match((await nx('run', 'deploy:diff')).output, /the cluster is what the files declare/);
});
