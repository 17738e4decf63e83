import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { programs } from '@slipway/checks/programs';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { expectServing } from '../support/expect-serving.ts';
import { deploy, nx } from '../support/stack.ts';

const KILLS = 10;
/** Within this time a deploy of one changed service does most of what it does, ms. */
const WINDOW_MS = 12_000;

after(async () => {
  restoreFiles();
  await deploy();
});

test(`a deploy killed at ${KILLS} random moments: the next run ends in the declared state each time`, async (t) => {
  await deploy();
  for (let kill = 1; kill <= KILLS; kill++) {
    editFile('apps/product/src/main.ts', (text) => `${text}\nconsole.error('planted ${kill} ${Date.now()}');\n`);
    const delay = Math.round(Math.random() * WINDOW_MS);
    const [program, ...args] = programs.nx('run-many', '-t', 'deploy-kind');
    const child = spawn(program, args, { cwd: workspaceRoot, detached: true, stdio: 'ignore' });
    const exited = once(child, 'exit');
    await Promise.race([sleep(delay), exited]);
    if (child.exitCode === null) {
      process.kill(-child.pid!, 'SIGKILL');
      await exited;
    }
    t.diagnostic(`killed after ${delay} ms`);
    await deploy();
    const diff = await nx('run', 'deploy:diff');
    assert.match(diff.output, /the cluster is what the files declare/);
    await expectServing();
  }
});
