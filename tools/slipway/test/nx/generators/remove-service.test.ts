import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FsTree } from 'nx/src/generators/tree.js';
import { removeServiceGenerator } from '../../../src/nx/generators/remove-service/generator.ts';
import { makeFixtureWorkspace, type FixtureWorkspace } from '../../dev/local/fixture-workspace.ts';

let fixture: FixtureWorkspace;
before(async () => {
  fixture = await makeFixtureWorkspace();
});
after(() => fixture.remove());

async function remove(name: string): Promise<string[]> {
  const tree = new FsTree(fixture.root, false);
  await removeServiceGenerator(tree, { name });
  return tree.listChanges().map(({ type, path }) => `${type} ${path}`);
}

test('a service that nobody calls goes with all its files, and nothing else does', async () => {
  assert.deepEqual(await remove('front'), ['DELETE apps/front']);
});

test('a service that others call, and one that is none, are refused with the file and the key', async () => {
  await assert.rejects(remove('back'), /apps\/front\/src\/config\.ts BACK_URL: calls back/);
  await assert.rejects(remove('nobody'), /nobody: is no service[^]*there are: back, front/);
});
