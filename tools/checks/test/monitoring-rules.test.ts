import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runBounded } from '../src/run-bounded.ts';
import { logFile, workspaceRoot } from '../src/workspace-root.ts';

const folder = join(workspaceRoot, 'deploy/components/monitoring');

function promtool(...args: string[]) {
  const command: [string, ...string[]] = [join(workspaceRoot, 'tools/cluster/bin/promtool'), ...args];
  return runBounded(command, { boundMs: 60_000, logFile: logFile('promtool.log') });
}

const { exitCode } = await promtool('--version');
const skip = exitCode === 0 ? false : 'no promtool here: npm run cluster -- images --with prometheus';

test('promtool accepts the configuration and its rules', { skip }, async () => {
  const { exitCode, output } = await promtool('check', 'config', join(folder, 'prometheus/prometheus.yaml'));
  assert.equal(exitCode, 0, output);
});

test('every alert fires when it should, and not before', { skip }, async () => {
  const { exitCode, output } = await promtool('test', 'rules', join(folder, 'rules.test.yaml'));
  assert.equal(exitCode, 0, output);
});
