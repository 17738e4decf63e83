import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { InterruptedError, interruptible, unlessAborted } from '../src/interruption.ts';

test('a signal cuts the work short, what has to be given back is given back, and a second signal changes nothing', async () => {
  const steps: string[] = [];
  const work = interruptible(async (signal) => {
    try {
      setImmediate(() => process.kill(process.pid, 'SIGHUP'));
      return await unlessAborted(signal, new Promise<never>(() => undefined));
    } finally {
      const second = once(process, 'SIGHUP');
      process.kill(process.pid, 'SIGHUP');
      await second;
      steps.push('given back');
    }
  });
  const error = await work.then(assert.fail, (reason: unknown) => reason);
  assert.ok(error instanceof InterruptedError);
  assert.equal(error.exitCode, 129);
  assert.match(error.message, /interrupted by SIGHUP/);
  assert.deepEqual(steps, ['given back']);
});

test('work that ends by itself leaves no handler behind', async () => {
  const before = process.listenerCount('SIGINT');
  assert.equal(await interruptible((signal) => unlessAborted(signal, Promise.resolve(7))), 7);
  assert.equal(process.listenerCount('SIGINT'), before);
});
