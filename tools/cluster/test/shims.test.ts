import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const shim = join(import.meta.dirname, '../bin/kubectl');

test('where slipway has no kubectl, the shim runs the one of the machine, and never itself', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-shim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const ofPackages = join(folder, 'node_modules/.bin');
  const ofMachine = join(folder, 'bin');
  for (const path of [ofPackages, ofMachine]) mkdirSync(path, { recursive: true });
  symlinkSync(shim, join(ofPackages, 'kubectl'));
  const run = () =>
    spawnSync('/bin/sh', [join(ofPackages, 'kubectl'), 'version', '--client'], {
      env: { PATH: `${ofPackages}:${ofMachine}`, SLIPWAY_CACHE: join(folder, 'no-cache') },
      encoding: 'utf8',
    });
  const missing = run();
  assert.equal(missing.status, 69);
  assert.match(missing.stderr, /npx slipway-cluster images --with kubectl/);

  const own = join(ofMachine, 'kubectl');
  writeFileSync(own, '#!/bin/sh\necho "the machine: $@"\n');
  chmodSync(own, 0o755);
  assert.deepEqual([run().stdout, run().status], ['the machine: version --client\n', 0]);
});
