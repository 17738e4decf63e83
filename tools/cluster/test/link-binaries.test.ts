import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_RELEASE } from '../src/core/releases.ts';

const { kubernetes, kind } = DEFAULT_RELEASE;
const module = join(import.meta.dirname, '../src/packages/binaries/link-binaries.ts');

/** A machine whose PATH has one folder. */
function machine(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'link-binaries-'));
  t.after(() => rmSync(root, { recursive: true }));
  const [bin, cache] = [join(root, 'bin'), join(root, 'cache')];
  mkdirSync(bin);
  const program = (path: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
    return path;
  };
  const ours = {
    kubectl: join(cache, 'tools', `v${kubernetes}`, 'kubectl'),
    kind: join(cache, 'tools', `v${kind}`, 'kind'),
  };
  Object.values(ours).forEach(program);
  const link = () => {
    const code = `(await import(${JSON.stringify(module)})).linkBinaries(${JSON.stringify(bin)})`;
    const env = { PATH: bin, SLIPWAY_CACHE: cache, HOME: root };
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  };
  return { bin, cache, program, ours, link, at: (name: string) => readlinkSync(join(bin, name)) };
}

test('links what is missing, and dead links anew', (t) => {
  const { bin, ours, link, at } = machine(t);
  symlinkSync('/nowhere/kind', join(bin, 'kind'));
  for (let time = 0; time < 2; time += 1) {
    link();
    assert.deepEqual([at('kubectl'), at('kind')], [ours.kubectl, ours.kind]);
  }
});

test('a link to an older version of ours is renewed', (t) => {
  const { bin, cache, program, ours, link, at } = machine(t);
  symlinkSync(program(join(cache, 'tools/v1.2.3/kubectl')), join(bin, 'kubectl'));
  link();
  assert.equal(at('kubectl'), ours.kubectl);
});

test('what others have put there stays', (t) => {
  const { bin, cache, program, link, at } = machine(t);
  program(join(bin, 'kubectl'));
  symlinkSync(program(join(cache, 'elsewhere/kind')), join(bin, 'kind'));
  link();
  assert.ok(lstatSync(join(bin, 'kubectl')).isFile());
  assert.equal(at('kind'), join(cache, 'elsewhere/kind'));
});
