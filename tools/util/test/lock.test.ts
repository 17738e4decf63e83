import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '../src/errors.ts';
import { takeLock, withLock } from '../src/lock.ts';
import { processIdentity } from '../src/process-identity.ts';

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
    const lock = await takeLock(path, 'mine', { onTakeover: async (holder) => void seen.push(holder) });
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

test('one works at a time, those that wait are told for whom, and a failure frees the lock', async () => {
  const path = join(folder, 'waiting');
  const order: string[] = [];
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const first = withLock(
    path,
    async () => {
      order.push('first in');
      entered.resolve();
      await leave.promise;
      order.push('first out');
      throw new Error('first fails');
    },
    { command: 'first', timeoutMs: 10_000 },
  );
  await entered.promise;
  const second = withLock(path, async () => order.push('second in'), {
    command: 'second',
    timeoutMs: 10_000,
    onWait(holder) {
      order.push(`second waits for ${holder.command}`);
      leave.resolve();
    },
  });
  await assert.rejects(first, /first fails/);
  await second;
  assert.deepEqual(order, ['first in', 'second waits for first', 'first out', 'second in']);
});

test('waiting has an end, and can be interrupted', async () => {
  const path = join(folder, 'bounded');
  const lock = await takeLock(path, 'npm start');
  assert.ok('release' in lock);
  const never = () => Promise.reject(new Error('must not run'));
  await assert.rejects(withLock(path, never, { command: 'x', timeoutMs: 0 }), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^npm start \(process \d+\) has held .*bounded for 0 s$/);
    assert.match(error.hint ?? '', /kill \d+/);
    return true;
  });
  const signal = AbortSignal.abort(new Error('interrupted'));
  await assert.rejects(withLock(path, never, { command: 'x', timeoutMs: 10_000, signal }), /interrupted/);
  lock.release();
});

test('a killed holder frees the lock at once', { skip: process.platform !== 'linux' }, async () => {
  const path = join(folder, 'killed');
  const holding = join(import.meta.dirname, 'fixtures', 'hold-lock.ts');
  const child = fork(holding, [path]);
  await once(child, 'message');
  const seen: string[] = [];
  const options = { command: 'x', timeoutMs: 30_000, onWait: () => void child.kill('SIGKILL') };
  await withLock(path, async () => seen.push('in'), options);
  assert.deepEqual(seen, ['in']);
});
