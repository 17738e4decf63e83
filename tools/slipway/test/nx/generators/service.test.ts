import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createRequire } from 'node:module';
import { FsTree } from 'nx/src/generators/tree.js';
import type { UserError } from '@slipway/util/errors';
import { hideAtGateway } from '../../../src/nx/generators/gateway-edits.ts';
import { readServiceSpec } from '../../../src/services/read-service.ts';
import { nextStep, serviceGenerator } from '../../../src/nx/generators/service/generator.ts';
import { nameProblems } from '../../../src/nx/generators/service/name-problems.ts';

const workspaceRoot = join(import.meta.dirname, '../../../../..');
/** A workspace of its own with the packages of ours: what is generated runs there and disturbs nobody. */
const copy = mkdtempSync(join(tmpdir(), 'slipway-generator-'));
after(() => rmSync(copy, { recursive: true, force: true }));

type Options = Parameters<typeof serviceGenerator>[1];

async function generate(options: Options): Promise<void> {
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
  for (const folder of ['apps/gateway/src', 'apps/gateway/package.json', 'e2e/support', 'e2e/package.json']) {
    cpSync(join(workspaceRoot, folder), join(copy, folder), { recursive: true });
  }
  writeFileSync(join(copy, 'tsconfig.json'), '{ "extends": "./tsconfig.base.json", "include": ["apps", "e2e"] }');
  await generate({ name: 'plain' });
  await generate({ name: 'stock-alert', database: true, calls: 'user, product,user', expose: true });
  await generate({ name: 'caller', calls: 'order' });

  const require = createRequire(import.meta.url);
  // Without the variable that makes a test runner believe it is one of our files.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8' });
  run(require.resolve('typescript/lib/tsc.js'), '-p', 'tsconfig.json');
  const tests = ['plain', 'stock-alert', 'caller'].map((name) => `apps/${name}/test/${name}.test.ts`);
  assert.match(run('--test', '--test-reporter=tap', ...tests), /# pass 6/);

  const serviceSpec = await readServiceSpec(copy, 'apps/stock-alert');
  assert.deepEqual([serviceSpec.hasDatabase, serviceSpec.calls], [true, ['product', 'user']]);
});

test('a name that is taken, that Kubernetes refuses, and an unknown callee are refused, all at once', async () => {
  await assert.rejects(generate({ name: 'order' }), /"order" is taken/);
  await assert.rejects(generate({ name: 'postgres' }), /"postgres" is taken/);
  assert.match(
    nameProblems({ name: 'deploy', file: 'apps/deploy', calls: [] }, [], [])[0]?.message ?? '',
    /"deploy" is taken: the Nx project/,
  );
  assert.match(
    nameProblems({ name: 'seed', file: 'apps/seed', calls: [] }, [], ['seed'])[0]?.message ?? '',
    /"seed" is taken: another project/,
  );
  for (const name of ['Order', '2nd', 'a_b', 'a-', 'order-db', '../x', 'x'.repeat(41)]) {
    await assert.rejects(generate({ name, calls: 'nobody' }), (error: Error) => {
      assert.match(error.message, /cannot be a service's name/);
      assert.match(error.message, /"nobody", which is none of ours/);
      return true;
    });
  }
});

test('what --expose adds at the gateway, removing the service takes away again, and nothing else', async () => {
  const tree = new FsTree(workspaceRoot, false);
  const sources = ['apps/gateway/src/config.ts', 'apps/gateway/src/proxy/route-table.ts'];
  const before = sources.map((file) => tree.read(file, 'utf8'));
  await serviceGenerator(tree, { name: 'stock-alert', expose: true });
  const changes = tree.listChanges().map(({ type, path }) => `${type} ${path}`);
  for (const file of sources) assert.ok(changes.includes(`UPDATE ${file}`), file);
  assert.ok(changes.includes('CREATE e2e/specs/api/stock-alert.spec.ts'));
  assert.match(tree.read(sources[0]!, 'utf8')!, /\n {2}STOCK_ALERT_URL: service\('stock-alert'\),\n/);
  assert.match(
    tree.read(sources[1]!, 'utf8')!,
    /\n {2}\{ template: '\/api\/v1\/stock-alert', upstream: 'stock-alert', methods: \{ GET: 'signed-in' \} \},\n\];/,
  );
  assert.equal(hideAtGateway(tree, 'stock-alert'), true);
  assert.equal(hideAtGateway(tree, 'stock-alert'), false);
  assert.deepEqual(
    sources.map((file) => tree.read(file, 'utf8')),
    before,
  );
});

test('the next step of an exposed service deploys the gateway too, whose routes have changed', () => {
  assert.match(nextStep('stock-alert', true), / run gateway:deploy-kind$/);
  assert.match(nextStep('stock-alert', false), / run stock-alert:deploy-kind$/);
});

test('a gateway whose sources have no such list is refused with the line to add', async () => {
  const tree = new FsTree(workspaceRoot, false);
  tree.write('apps/gateway/src/proxy/route-table.ts', 'export const proxyRoutes = [...a as const];\n');
  await assert.rejects(serviceGenerator(tree, { name: 'stock-alert', expose: true }), (error: UserError) => {
    assert.match(error.message, /route-table\.ts: has no list/);
    assert.match(error.hint ?? '', /add it by hand: \{ template: '\/api\/v1\/stock-alert'/);
    return true;
  });
});
