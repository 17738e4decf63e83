import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createRequire } from 'node:module';
import { FsTree } from 'nx/src/generators/tree.js';
import { readServiceSpec } from '../../../src/services/read-service.ts';
import { serviceGenerator } from '../../../src/nx/generators/service/generator.ts';
import { nameProblems } from '../../../src/nx/generators/service/name-problems.ts';

const workspaceRoot = join(import.meta.dirname, '../../../../..');
/** A workspace of its own with the packages of ours: what is generated runs there and disturbs nobody. */
const copy = mkdtempSync(join(tmpdir(), 'slipway-generator-'));
after(() => rmSync(copy, { recursive: true, force: true }));

async function generate(options: { name: string; database?: boolean; calls?: string }): Promise<void> {
  const tree = new FsTree(workspaceRoot, false);
  await serviceGenerator(tree, options);
  for (const { path, content } of tree.listChanges()) {
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    writeFileSync(join(copy, path), content!);
  }
}

test('what is generated compiles, passes its own test and is what slipway understands', async () => {
  symlinkSync(join(workspaceRoot, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(workspaceRoot, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
  writeFileSync(join(copy, 'tsconfig.json'), '{ "extends": "./tsconfig.base.json", "include": ["apps"] }');
  await generate({ name: 'plain' });
  await generate({ name: 'stock-alert', database: true, calls: 'user, product,user' });
  await generate({ name: 'caller', calls: 'order' });

  const require = createRequire(import.meta.url);
  // Without the variable that makes a test runner believe it is one of our files.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8' });
  run(require.resolve('typescript/lib/tsc.js'), '-p', 'tsconfig.json');
  const tests = ['plain', 'stock-alert', 'caller'].map((name) => `apps/${name}/test/${name}.test.ts`);
  assert.match(run('--test', '--test-reporter=tap', ...tests), /# pass 3/);

  const serviceSpec = await readServiceSpec(copy, 'apps/stock-alert');
  assert.deepEqual([serviceSpec.hasDatabase, serviceSpec.calls], [true, ['product', 'user']]);
});

test('a name that is taken, that Kubernetes refuses, and an unknown callee are refused, all at once', async () => {
  await assert.rejects(generate({ name: 'order' }), /"order" is taken/);
  await assert.rejects(generate({ name: 'postgres' }), /"postgres" is taken/);
  assert.match(nameProblems('deploy', [], [], [])[0]?.message ?? '', /"deploy" is taken: the Nx project/);
  assert.match(nameProblems('seed', [], [], ['seed'])[0]?.message ?? '', /"seed" is taken: another project/);
  for (const name of ['Order', '2nd', 'a_b', 'a-', 'order-db', '../x', 'x'.repeat(41)]) {
    await assert.rejects(generate({ name, calls: 'nobody' }), (error: Error) => {
      assert.match(error.message, /cannot be a service's name/);
      assert.match(error.message, /"nobody", which is none of ours/);
      return true;
    });
  }
});
