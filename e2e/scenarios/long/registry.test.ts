import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { expectServing } from '../support/expect-serving.ts';
import { getObject } from '../support/get-object.ts';
import { openNodeRegistry } from '../support/node-registry.ts';
import { CONTEXT, deploy, expectSuccess, nx } from '../support/stack.ts';

type Deployment = { spec: { template: { spec: { containers: { image: string }[] } } } };

const ELSEWHERE = 'not-kinds';
const folder = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
const kubeconfig = join(folder, 'kubeconfig');
let registry: Awaited<ReturnType<typeof openNodeRegistry>>;

before(async () => {
  registry = await openNodeRegistry();
  const view = ['config', 'view', '--context', CONTEXT, '--minify', '--flatten', '--raw'];
  const kubectl = (...args: string[]) =>
    execFileSync(join(workspaceRoot, 'node_modules/.bin/kubectl'), args, { encoding: 'utf8' });
  writeFileSync(kubeconfig, kubectl(...view), { mode: 0o600 });
  kubectl('--kubeconfig', kubeconfig, 'config', 'set-context', ELSEWHERE, `--cluster=${CONTEXT}`, `--user=${CONTEXT}`);
});
after(async () => {
  delete process.env.KUBECONFIG;
  await deploy();
  registry.close();
  rmSync(folder, { recursive: true });
});

test('a context that is not kind’s is refused without a registry and gets its images by digest from one', async () => {
  process.env.KUBECONFIG = kubeconfig;
  const refused = await nx('run', 'product:deploy-kind', '--context', ELSEWHERE);
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(refused.output, /"not-kinds" is not a kind cluster[\s\S]*--registry/);

  const options = ['--context', ELSEWHERE, '--registry', registry.host];
  const first = await nx('run-many', '-t', 'deploy-kind', ...options);
  expectSuccess(first);
  assert.match(first.output, new RegExp(`${registry.host}: 5 images, `));
  const { image } = (await getObject<Deployment>('deployment/product'))!.spec.template.spec.containers[0]!;
  assert.match(image, new RegExp(`^${registry.host}/shop/product@sha256:[0-9a-f]{64}$`));
  await expectServing();

  const again = await nx('run-many', '-t', 'deploy-kind', ...options);
  expectSuccess(again);
  assert.match(again.output, new RegExp(`${registry.host}: has everything`));
});
