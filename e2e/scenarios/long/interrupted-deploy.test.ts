import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { programs } from '@slipway/checks/programs';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { expectServing } from '../support/expect-serving.ts';
import { deploy, kubectl, nx } from '../support/stack.ts';

const LEASE = ['-n', 'default', 'get', 'lease', 'slipway-shop', '--ignore-not-found', '-o', 'name'];
/** Longer than a deploy takes to tidy up, and far shorter than a deploy, ms. */
const QUICK_MS = 10_000;

/** Moments of a deploy, told by what it prints. */
const MOMENTS = {
  'before load': /\block|assemble/,
  'during load': /postgres +image/,
  'during apply': /stack +load/,
  'during rollout': /product +rollout/,
};
const UP = programs.node('tools/slipway/src/nx/commands/up.ts', '--no-e2e');
const WAYS = { 'nx run-many': programs.nx('run-many', '-t', 'deploy-kind'), 'npm run up': UP };

before(deploy);
after(async () => {
  restoreFiles();
  await deploy();
});

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  for (const [way, command] of Object.entries(WAYS))
    for (const [moment, seen] of Object.entries(MOMENTS))
      test(`${way} interrupted by ${signal} ${moment}: it ends at once, gives the lock back, and the next run mends`, async () => {
        editFile('apps/product/src/main.ts', (text) => `${text}\nconsole.error('planted ${Date.now()}');\n`);
        const { exitCode, output, endedAfterMs } = await interrupt(command, seen, signal);
        assert.notEqual(exitCode, 0, output);
        assert.ok(endedAfterMs < QUICK_MS, `it took ${endedAfterMs} ms to end\n${output}`);
        // Nx shows nothing more once it has seen SIGINT, except on the terminal itself.
        if (way === 'npm run up' || signal === 'SIGTERM') {
          assert.match(output, new RegExp(`interrupted by ${signal}`));
          assert.match(output, /Run the same command again/);
        }
        assert.equal(await kubectl(LEASE), '', 'the lock is released');
        await expectServing();
        await deploy();
        const diff = await nx('run', 'deploy:diff');
        assert.match(diff.output, /the cluster is what the files declare/);
      });

/** Runs a command until it prints `seen`, then signals its whole group, as a terminal does. */
async function interrupt([program, ...args]: [string, ...string[]], seen: RegExp, signal: NodeJS.Signals) {
  const child = spawn(program, args, {
    cwd: workspaceRoot,
    env: { ...process.env, FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const moment = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (seen.test(output)) resolve();
      });
  });
  const closed = once(child, 'close');
  await Promise.race([moment, closed.then(() => assert.fail(`it ended before it printed ${seen}\n${output}`))]);
  const begun = performance.now();
  process.kill(-child.pid!, signal);
  const [exitCode] = (await closed) as [number | null];
  return { exitCode, output, endedAfterMs: Math.round(performance.now() - begun) };
}
