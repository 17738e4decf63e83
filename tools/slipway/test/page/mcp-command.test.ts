import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const program = join(import.meta.dirname, '../../bin/slipway.cjs');

test('--write is refused for a cluster that others use, before it is asked anything', { timeout: 60_000 }, () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'mcp', '--context', 'far', '--write'], {
    env: { ...process.env, KUBECONFIG: '/nowhere' },
    encoding: 'utf8',
    input: '',
  });
  assert.equal(status, 64);
  assert.match(stderr, /--write: "far" is no development cluster\n.*leave out --write/);
});
