import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { explainFullDisk } from '@slipway/oci/full-disk';
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
    assert.match(error.message, /no space left for it: it needs 2\.5 MB, \d+\.\d MB are free \(ENOSPC\)/);
    assert.match(error.hint ?? '', /df -h/);
    return true;
  });
  assert.ok(!existsSync(file));
});

test('a full quota is the same; every other error stays what it is', async () => {
  const failure = (code: string) => Object.assign(new Error(`${code}: x, write`), { code });
  const explained = await explainFullDisk(failure('EDQUOT'), '/nowhere/at/all/image', 1_000);
  assert.ok(explained instanceof UserError);
  assert.match(explained.message, /needs 0\.0 MB, .*EDQUOT/);
  const other = failure('EACCES');
  assert.equal(await explainFullDisk(other, '/nowhere', 1), other);
  assert.equal(await explainFullDisk('thrown', '/nowhere', 1), 'thrown');
});
