import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../../src/dev/local/free-ports.ts';
import { sendSignal } from '../../../src/dev/local/send-signal.ts';
import { workspaceWith } from '../../support/workspace-with.ts';
import { startRun, type Run } from './start-run.ts';

const limit = { timeout: 60_000 };

/** A service that a launcher has as its child, and that does not end when it is asked to. */
const SERVER = `require('node:http').createServer((_, response) => response.end('{}')).listen(process.env.PORT, '127.0.0.1');
process.on('SIGINT', () => console.log('asked'));
console.log('service ' + process.pid);
`;
const LAUNCHER = "require('node:child_process').spawn(process.execPath, ['server.cjs'], { stdio: 'inherit' });\n";

async function startLaunched(t: TestContext) {
  const [port] = await freePorts(1);
  const root = workspaceWith(t, {
    'nx.json': '{}',
    'package.json': JSON.stringify({ name: 'launched', private: true, workspaces: ['apps/*'] }),
    'apps/tool/package.json': JSON.stringify({ name: 'tool' }),
    'apps/tool/server.cjs': SERVER,
    'apps/tool/launcher.cjs': LAUNCHER,
    'apps/tool/slipway.yaml': `run:
  command: [node, launcher.cjs]
environment:
  properties:
    PORT: { type: integer, default: ${port} }
`,
  });
  const running = new Set<Run>();
  const run = startRun(root, ['--no-watch'], running);
  t.after(() => {
    for (const left of running) left.child.kill('SIGKILL');
  });
  const line = await run.line(/service \d+/);
  await run.line(/All ready/);
  const service = Number(/service (\d+)/.exec(line)?.[1]);
  t.after(() => sendSignal(service, 'SIGKILL'));
  return { run, service };
}

async function gone(pid: number): Promise<void> {
  while (sendSignal(pid, 0)) await sleep(50);
}

test('a killed run leaves no service that its command has started', limit, async (t) => {
  const { run, service } = await startLaunched(t);
  run.child.kill('SIGKILL');
  await gone(service);
});

test('Ctrl-C twice leaves no service that its command has started', limit, async (t) => {
  const { run, service } = await startLaunched(t);
  run.child.kill('SIGINT');
  await run.line(/asked/);
  // One that follows the first at once counts as its echo.
  const insist = setInterval(() => run.child.kill('SIGINT'), 200);
  t.after(() => clearInterval(insist));
  assert.equal(await run.exit, 130, 'it was insisted upon');
  await gone(service);
});
