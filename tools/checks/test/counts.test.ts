import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedCounts } from '../src/counts/counts.ts';
import { playwrightCounts } from '../src/counts/playwright-counts.ts';
import { tapCounts } from '../src/counts/tap-counts.ts';

const totals =
  '1..3\n# tests 6\n# suites 0\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 1\n# duration_ms 5\n';

test('the totals of TAP; a cancelled test has failed', () => {
  assert.deepEqual(tapCounts(totals), { passed: 2, failed: 2, skipped: 2 });
});

test('what a test prints does not count', () => {
  assert.deepEqual(tapCounts(`TAP version 13\n# pass 99\n# fail 0\n${totals}`)?.passed, 2);
});

test('TAP that was cut off has no totals', () => {
  assert.equal(tapCounts('TAP version 13\nok 1 - works\n'), undefined);
});

test('the totals of Playwright; a flaky test has failed', () => {
  const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 3 } };
  assert.deepEqual(playwrightCounts(JSON.stringify(report)), { passed: 5, failed: 2, skipped: 3 });
});

test('a runner that fails without a failed test has failed once', () => {
  assert.deepEqual(trustedCounts({ passed: 5, failed: 0, skipped: 0 }, 1), { passed: 5, failed: 1, skipped: 0 });
  assert.deepEqual(trustedCounts({ passed: 5, failed: 2, skipped: 0 }, 1), { passed: 5, failed: 2, skipped: 0 });
  assert.deepEqual(trustedCounts({ passed: 5, failed: 0, skipped: 0 }, 0), { passed: 5, failed: 0, skipped: 0 });
});

test('a runner that ran nothing, or told nothing, has failed', () => {
  assert.equal(trustedCounts({ passed: 0, failed: 0, skipped: 7 }, 0).failed, 1);
  assert.equal(trustedCounts(undefined, 0).failed, 1);
});
