import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { processIdentity } from '../src/process-identity.ts';
import { takeLock } from '../src/lock.ts';

const folder = await mkdtemp(join(tmpdir(), 'slipway-lock-'));
after(() => rm(folder, { recursive: true, force: true }));

test('a held lock names its holder; a released one is free', async () => {
  const path = join(folder, 'held');
  const lock = await takeLock(path, 'npm start');
  assert.ok('release' in lock);
  assert.deepEqual(await takeLock(path, 'other'), { process: processIdentity(process.pid), command: 'npm start' });
  lock.release();
  assert.ok('release' in (await takeLock(path, 'other')));
});

test('the lock of a dead process is taken over, also when its id is another process by now', async () => {
  const path = join(folder, 'dead');
  const dead = [{ process: '999999999', command: 'x' }];
  if (process.platform === 'linux') dead.push({ process: `${process.pid}@1`, command: 'x' });
  for (const holder of dead) {
    await writeFile(path, JSON.stringify(holder));
    const seen: unknown[] = [];
    const lock = await takeLock(path, 'mine', { previous: async (previous) => void seen.push(previous) });
    assert.ok('release' in lock);
    assert.deepEqual(seen, [holder]);
    lock.release();
  }
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('dead')),
    [],
  );
});

test('of many that find a dead lock one gets it', async () => {
  const path = join(folder, 'race');
  await writeFile(path, 'not even JSON');
  const locks = await Promise.all(Array.from({ length: 8 }, (_, index) => takeLock(path, String(index))));
  assert.equal(locks.filter((lock) => 'release' in lock).length, 1);
});
