import assert from 'node:assert/strict';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { copyWorkspace } from '@slipway/util/copy-workspace';
import { exec } from '@slipway/util/exec';
import { workspaceRoot } from '../src/workspace-root.ts';

const MINUTE = 60_000;
const GENERATE = `
  const { flushChanges, FsTree } = await import('nx/src/generators/tree.js');
  const { serviceGenerator } = await import('slipway/service-generator');
  const tree = new FsTree(process.cwd(), false);
  await serviceGenerator(tree, { name: 'trial', database: true, calls: 'user', expose: true });
  flushChanges(process.cwd(), tree.listChanges());`;

let copy: string;
before(async () => {
  copy = await copyWorkspace(workspaceRoot, AbortSignal.timeout(MINUTE));
});
after(() => rmSync(copy, { recursive: true, force: true }));

/** In the copy, as from a shell: without the variable that makes node:test believe it is inside of a test file. */
function node(...args: string[]): Promise<string> {
  const env = { NODE_TEST_CONTEXT: undefined, NX_DAEMON: 'false' };
  return exec([process.execPath, ...args], { cwd: copy, env, timeoutMs: 3 * MINUTE });
}

test('a new service that calls another and stands at the gateway is assembled, and breaks no test that is not about it', async () => {
  await node('--input-type=module', '--eval', GENERATE);
  // What npm install does.
  symlinkSync('../../apps/trial', join(copy, 'node_modules/@shop/trial'));
  await node(createRequire(join(copy, 'package.json')).resolve('nx/bin/nx.js'), 'run', 'deploy:assemble');
  assert.ok(existsSync(join(copy, 'deploy/base/trial')));
  // Those that read all services: what they declare, and what follows from it.
  await node('--test', 'tools/slipway/test/manifests/*.test.ts', 'tools/slipway/test/deploy/stack-environment.test.ts');
  // The gateway has one service more to know: in the tests' process, and as a process of its own.
  const few = ['--test-name-pattern', 'each route goes to its service|large heads'];
  await node('--test', ...few, 'apps/gateway/test/proxy.test.ts', 'apps/gateway/test/attacks.test.ts');
});
