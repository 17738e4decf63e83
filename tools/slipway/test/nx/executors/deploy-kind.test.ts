import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { deployKind, deployKindBatch } from '../../../src/nx/executors/deploy-kind/executor.ts';
import { workspaceWith } from '../../support/workspace-with.ts';

const OPTIONS = { timeout: 5, force: true, e2e: false, dryRun: false, rollback: false, json: false };
const projectsConfigurations = { projects: { tools: { root: 'tools/helper' } } };

function workspace(t: TestContext) {
  const root = workspaceWith(t, {
    'nx.json': '{}',
    'package.json': '{ "name": "shop" }',
    'apps/order/k8s/fragment.yaml': '',
    'deploy/kind.yaml': 'name: shop\n',
  });
  const said: string[] = [];
  t.mock.method(console, 'error', (text: string) => void said.push(text));
  return { root, said };
}

for (const options of [{}, { dryRun: true }, { rollback: true }]) {
  test(`a project that is no service fails before any cluster is asked: ${JSON.stringify(options)}`, async (t) => {
    const { root, said } = workspace(t);
    const context = { root, projectName: 'tools', projectsConfigurations };
    assert.deepEqual(await deployKind({ ...OPTIONS, ...options }, context), { success: false });
    assert.match(said.join('\n'), /✗ there is no service "helper"\n  → there are: order/);
  });
}

test('in a batch every task of it fails', async (t) => {
  const { root, said } = workspace(t);
  const tasks = { 'tools:deploy-kind': { id: 'tools:deploy-kind', target: { project: 'tools' } } };
  const batch = deployKindBatch({ tasks }, { 'tools:deploy-kind': OPTIONS }, {}, { root, projectsConfigurations });
  const results: [string, boolean][] = [];
  for await (const { task, result } of batch) results.push([task, result.success]);
  assert.deepEqual(results, [['tools:deploy-kind', false]]);
  assert.match(said.join('\n'), /there is no service "helper"/);
});
