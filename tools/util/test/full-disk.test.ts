import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { explainFullDisk } from '@slipway/util/full-disk';

const failure = (code: string) => Object.assign(new Error(`${code}: x, write`), { code });

test('a full disk is named by its mount point, with what is needed, free and missing', async () => {
  const bytes = 1e18;
  const explained = await explainFullDisk(failure('ENOSPC'), { file: join(tmpdir(), 'not', 'yet', 'there'), bytes });
  assert.ok(explained instanceof UserError);
  const [, disk, needed, free, missing] =
    /^there is no space left on the disk of (\/\S*) \(ENOSPC\): it needs (\S+) MB, (\S+) MB are free, (\S+) MB are missing$/.exec(
      explained.message,
    ) ?? assert.fail(explained.message);
  assert.ok(tmpdir().startsWith(disk!));
  assert.ok(Math.abs(Number(needed) - Number(free) - Number(missing)) <= Number(needed) * 1e-6);
  assert.match(explained.hint ?? '', /df -h/);
  assert.equal(explained.file, join(tmpdir(), 'not', 'yet', 'there'));
});

test('a full quota is the same; what is at the most needed misses nothing for certain', async () => {
  const what = { file: '/nowhere/at/all/image', bytes: 1e18, isUpperBound: true, hint: 'elsewhere' };
  const explained = await explainFullDisk(failure('EDQUOT'), what);
  assert.ok(explained instanceof UserError);
  assert.match(explained.message, /on the disk of \/ \(EDQUOT\): it needs up to 1000000000000\.0 MB, \S+ MB are free$/);
  assert.equal(explained.hint, 'elsewhere');
});

test('a full disk is told as well where nobody can say what is needed', async () => {
  const bytes = () => Promise.reject(new Error('the pod is gone'));
  const explained = await explainFullDisk(failure('ENOSPC'), { file: '/nowhere/backup', bytes });
  assert.ok(explained instanceof UserError);
  assert.match(explained.message, /^there is no space left on the disk of \/ \(ENOSPC\): \S+ MB are free$/);
});

test('every other error stays what it is', async () => {
  const other = failure('EACCES');
  assert.equal(await explainFullDisk(other, { file: '/nowhere', bytes: 1 }), other);
  assert.equal(await explainFullDisk('thrown', { file: '/nowhere', bytes: 1 }), 'thrown');
});
