import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeTarFile } from '@slipway/oci/tar';
import { UserError } from '@slipway/util/errors';

const hasFullDevice = existsSync('/dev/full');

test('a full disk names the archive, what it needs and what is free', { skip: !hasFullDevice }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-full-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'layer.tar');
  // Where the writer keeps its unfinished file: on a device that takes nothing.
  symlinkSync('/dev/full', `${file}.tmp-${process.pid}`);
  const content = Buffer.alloc(2_500_000);
  await assert.rejects(writeTarFile([{ path: 'a', mode: 0o644, type: 'file', content }], file), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.file, file);
    assert.match(error.message, /no space left on the disk of \/\S* \(ENOSPC\): it needs 2\.5 MB, \d+\.\d MB are free/);
    assert.match(error.hint ?? '', /df -h/);
    return true;
  });
  assert.ok(!existsSync(file));
});
