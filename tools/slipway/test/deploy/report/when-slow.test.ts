import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whenSlow } from '../../../src/deploy/report/when-slow.ts';

test('a stage is told of while it lasts, once, and only when it is slow', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let told = 0;
  assert.equal(await whenSlow(() => told++, Promise.resolve('soon')), 'soon');
  t.mock.timers.tick(60_000);
  assert.equal(told, 0);
  const { promise, reject } = Promise.withResolvers<string>();
  const slow = whenSlow(() => told++, promise);
  t.mock.timers.tick(60_000);
  assert.equal(told, 1);
  reject(new Error('no space left'));
  await assert.rejects(slow, /no space left/);
});
