import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exec } from '../src/exec.ts';
import { workspaceRoot } from '../src/workspace-root.ts';
import { copyWorkspace } from '../src/copy-workspace.ts';

test('in the copy every package of the workspace resolves to the copy', async (t) => {
  const copy = await copyWorkspace(workspaceRoot(import.meta.dirname), t.signal);
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  const resolve = async (name: string, from: string) => {
    const script = `console.log(import.meta.resolve(${JSON.stringify(name)}))`;
    const argv = [process.execPath, '--input-type=module', '--eval', script] as const;
    return (await exec(argv, { cwd: join(copy, from) })).trim();
  };
  for (const name of ['@shop/service-kit', '@shop/contracts', '@slipway/testing/http', '@slipway/util/exec'])
    assert.ok((await resolve(name, 'apps/order')).startsWith(`file://${copy}/`), name);
  assert.ok((await resolve('fastify', 'libs/service-kit')).startsWith(`file://${copy}/node_modules/fastify/`));
});
