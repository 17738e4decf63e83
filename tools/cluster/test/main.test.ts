import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EX_UNAVAILABLE, EX_USAGE } from '@slipway/util/errors';
import { COMMANDS } from '../src/cli/options.ts';

const cache = mkdtempSync(join(tmpdir(), 'cluster-main-'));
after(() => rmSync(cache, { recursive: true }));

/** With a PATH on which there is no program at all. */
function cluster(...args: string[]) {
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const env = { PATH: '/nonexistent', HOME: cache, SLIPWAY_CACHE: cache };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('every command prints the help, which names it and fits a terminal', () => {
  const { stdout } = cluster();
  for (const command of COMMANDS) {
    assert.deepEqual(cluster(command, '--help'), { status: 0, stdout, stderr: '' });
    assert.match(stdout, new RegExp(`^  ${command}\\b`, 'm'));
  }
  for (const option of ['install', 'fresh', 'nodes', 'kubernetes', 'images', 'name', 'with', 'json', 'help']) {
    assert.match(stdout, new RegExp(`^  (-h, )?--${option}\\b`, 'm'));
  }
  for (const line of stdout.split('\n')) assert.ok(line.length <= 120, line);
});

test('a wrong word is a usage error with a hint and without a stack', () => {
  const { status, stderr } = cluster('explode');
  assert.equal(status, EX_USAGE);
  assert.equal(stderr, '✗ unknown command "explode"\n  → npm run cluster -- --help lists commands and options\n');
});

test('a missing engine is named with the command that installs it', () => {
  for (const command of ['up', 'down', 'engine']) {
    const { status, stderr } = cluster(command);
    assert.equal(status, EX_UNAVAILABLE, stderr);
    assert.match(stderr, /^✗ .*engine.*\n {2}→ .*npm run cluster -- (up|engine) --install/);
    assert.doesNotMatch(stderr, /\bat .*:\d+/);
  }
});

test('status answers without an engine, and its exit code says that there is no cluster', () => {
  const { status, stdout } = cluster('status', '--json');
  assert.equal(status, 1);
  const { engine, images, tools } = JSON.parse(stdout) as Record<string, unknown>;
  assert.match(String(engine), /^(absent|stopped)$/);
  assert.deepEqual([images, tools], [{ node: null, postgres: null }, null]);
});
