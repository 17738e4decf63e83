import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import ts from 'typescript';
import { FsTree } from 'nx/src/generators/tree.js';
import { removeServiceGenerator } from '../../../src/nx/generators/remove-service/generator.ts';
import { serviceGenerator } from '../../../src/nx/generators/service/generator.ts';
import { overlayText } from '../../../src/nx/generators/init/dev-overlay.ts';
import { readServiceSpec } from '../../../src/services/read-service.ts';
import { workspaceWith, write } from '../../support/workspace-with.ts';

const FILES = {
  'package.json': '{"name":"@acme/source","workspaces":["packages/*"]}',
  'nx.json': '{"plugins":[{"plugin":"slipway","options":{"namespace":"acme"}}]}',
  'deploy/kind.yaml': 'kind: Cluster\nname: acme\n',
  'deploy/dev/kustomization.yaml': overlayText([]),
};

function workspace(t: TestContext, files: Record<string, string> = {}): string {
  return workspaceWith(t, { ...FILES, ...files });
}

/** Runs a generator and writes what it wants to write; its afterthoughts, which install, are left out. */
async function run(root: string, generate: (tree: FsTree) => Promise<unknown>): Promise<string[]> {
  const tree = new FsTree(root, false);
  await generate(tree);
  const changes = tree.listChanges();
  for (const { path, type, content } of changes) if (type !== 'DELETE') write(root, path, `${content}`);
  return changes.map(({ type, path }) => `${type} ${path}`);
}

test('a workspace that is none of ours gets a service on node:http alone, where its packages are', async (t) => {
  const root = workspace(t);
  assert.deepEqual(await run(root, (tree) => serviceGenerator(tree, { name: 'hello' })), [
    'CREATE packages/hello/slipway.yaml',
    'CREATE packages/hello/src/main.ts',
    'CREATE packages/hello/package.json',
  ]);
  await run(root, (tree) => serviceGenerator(tree, { name: 'front', calls: 'hello', expose: true }));
  const { calls, http, keys } = await readServiceSpec(root, 'packages/front');
  assert.deepEqual([calls, http], [['hello'], { ready: '/health' }]);
  assert.deepEqual(keys.find(({ name }) => name === 'PORT')?.source, { kind: 'plain', local: '3001' });
  const tree = new FsTree(root, false);
  for (const path of ['packages/hello', 'packages/front'].map((folder) => `${folder}/src/main.ts`)) {
    const text = tree.read(path, 'utf8')!;
    assert.doesNotMatch(text, /@shop|@slipway/);
    assert.deepEqual(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics, []);
  }
  assert.equal(tree.read('packages/front/package.json', 'utf8')!.includes('"@acme/front"'), true);
  assert.match(tree.read('deploy/dev/kustomization.yaml', 'utf8')!, /front-node-port\.yaml/);
});

test('where the workspace has no packages, a project.json makes it one', async (t) => {
  const root = workspace(t, { 'package.json': '{"name":"acme","type":"module"}' });
  const changes = await run(root, (tree) => serviceGenerator(tree, { name: 'hello' }));
  assert.deepEqual(
    changes.filter((change) => change.endsWith('.json')),
    ['CREATE apps/hello/project.json'],
  );
});

test('the second service lies beside the first, wherever that is', async (t) => {
  const root = workspace(t, { 'services/first/slipway.yaml': '' });
  const changes = await run(root, (tree) => serviceGenerator(tree, { name: 'second' }));
  assert.ok(changes.includes('CREATE services/second/src/main.ts'));
});

test('remove-service takes all of it away again, with what let this machine reach it', async (t) => {
  const root = workspace(t, { 'packages/other/package.json': '{}' });
  await run(root, (tree) => serviceGenerator(tree, { name: 'hello', expose: true }));
  const changes = await run(root, (tree) => removeServiceGenerator(tree, { name: 'hello' }));
  assert.deepEqual(changes.sort(), [
    'DELETE deploy/dev/hello-from-outside.yaml',
    'DELETE deploy/dev/hello-node-port.yaml',
    'DELETE packages/hello',
    'UPDATE deploy/dev/kustomization.yaml',
  ]);
});

test('a database, for which the workspace has no library, is refused with what to write', async (t) => {
  const generated = serviceGenerator(new FsTree(workspace(t), false), { name: 'hello', database: true });
  await assert.rejects(generated, /packages\/hello --database: .*yours to choose[^]*write database:/);
});
