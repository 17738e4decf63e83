import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const shim = join(import.meta.dirname, '../bin/kubectl');

test('where slipway has no kubectl, the shim runs the one of the machine, and never itself', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-shim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const ofPackages = join(folder, 'node_modules/.bin');
  const ofMachine = join(folder, 'bin');
  for (const path of [ofPackages, ofMachine]) mkdirSync(path, { recursive: true });
  symlinkSync(shim, join(ofPackages, 'kubectl'));
  // As npm writes it, as people do, and the folder of the shim itself.
  const onPath = [ofPackages, `${ofPackages}/`, 'node_modules/.bin', 'node_modules/.bin/', dirname(shim)];
  const run = (first: string) =>
    spawnSync('/bin/sh', [first === dirname(shim) ? shim : join(ofPackages, 'kubectl'), 'version', '--client'], {
      cwd: folder,
      env: { PATH: `${first}:${ofMachine}`, SLIPWAY_CACHE: join(folder, 'no-cache') },
      encoding: 'utf8',
      timeout: 30_000,
    });
  for (const first of onPath) {
    const { status, stderr } = run(first);
    assert.equal(status, 69, first);
    assert.match(stderr, /npx slipway-cluster images --with kubectl/);
  }

  const own = join(ofMachine, 'kubectl');
  writeFileSync(own, '#!/bin/sh\necho "the machine: $@"\n');
  chmodSync(own, 0o755);
  for (const first of onPath) {
    const { status, stdout } = run(first);
    assert.deepEqual([stdout, status], ['the machine: version --client\n', 0], first);
  }
});
