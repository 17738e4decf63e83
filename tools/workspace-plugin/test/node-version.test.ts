import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');

/** Loads a file as an older Node would: what reads TypeScript must not be reached. */
function loadUnder(version: string, file: string, call = '') {
  const script = `Object.defineProperty(process, 'versions', { value: { node: process.argv[1] } });
    require(process.argv[2])${call};`;
  const argv = ['--no-experimental-strip-types', '-e', script, version, join(root, file)];
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  return { status, stderr };
}

test('an older Node is told what to do in two lines, without a stack', () => {
  for (const version of ['20.20.2', '22.18.0']) {
    const { status, stderr } = loadUnder(version, 'tools/require-node.cjs');
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(`^✗ Node ${version.replaceAll('.', '\\.')} is too old; 22\\.19 or newer.*\\n→ npm ci.*\\n$`),
    );
  }
  for (const version of ['22.19.0', '24.1.0']) {
    assert.deepEqual(loadUnder(version, 'tools/require-node.cjs'), { status: 0, stderr: '' });
  }
});

test('the slipway plugin says it to Nx, and this plugin does not say it again', () => {
  assert.match(
    loadUnder('20.20.2', 'tools/slipway/plugin.cjs').stderr,
    /slipway needs Node 22\.19 .*run npx nx instead/,
  );
  assert.deepEqual(loadUnder('20.20.2', 'tools/workspace-plugin/plugin.cjs'), { status: 0, stderr: '' });
});

test('its generators say it, too: nx add runs one before there is a plugin', () => {
  for (const name of ['init', 'adopt', 'service', 'removeService'])
    assert.match(
      loadUnder('20.20.2', 'tools/slipway/generators.cjs', `.${name}()`).stderr,
      /slipway needs Node 22\.19 /,
    );
});

test('every script of package.json that runs TypeScript asks for the version first', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [name, script] of Object.entries(scripts)) {
    if (/\.ts\b/.test(script)) assert.match(script, /^node -r \.\/tools\/require-node\.cjs /, name);
  }
});
