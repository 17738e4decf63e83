import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsLeft } from '../src/packages/go/seconds-left.ts';

const whole = { total: 3000, compiled: 0, programs: 10, elapsed: 0 };

test('before the first package, the estimate is the time on the reference machine', () => {
  assert.ok(Math.abs(secondsLeft(whole) - 417) < 1);
});

test('an interrupted build needs only the rest', () => {
  assert.ok(secondsLeft({ ...whole, total: 1500 }) < secondsLeft(whole) * 0.6);
});

test('once it has a pace, the estimate is within 20 % on a machine of any speed', () => {
  for (const slowness of [0.5, 1, 3]) {
    const inAll = secondsLeft(whole) * slowness;
    for (const share of [0.2, 0.4, 0.6, 0.8, 0.95]) {
      const compiled = Math.round(whole.total * share);
      const elapsed = compiled * 0.13 * slowness;
      const truth = inAll - elapsed;
      const left = secondsLeft({ ...whole, compiled, elapsed });
      assert.ok(Math.abs(left - truth) <= truth * 0.2, `${slowness} × at ${share}: ${left} instead of ${truth}`);
    }
  }
});

test('when everything is compiled, linking is left', () => {
  assert.ok(secondsLeft({ total: 10, compiled: 10, programs: 10, elapsed: 1.3 }) > 20);
});
