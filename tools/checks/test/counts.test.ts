import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { playwrightCounts, taskCounts, testCounts, testReport } from '../src/counts.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-counts-'));
/** No project has this name. */
const PROJECT = 'sample-of-a-test';
after(() => {
  rmSync(folder, { recursive: true });
  rmSync(testReport(PROJECT, 'test'), { force: true });
});
const write = (file: string, content: object) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
  return file;
};

test('the totals of Playwright; a flaky spec has failed', () => {
  const report = write(join(folder, 'e2e.json'), { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 3 } });
  assert.deepEqual(playwrightCounts(report, 1), { passed: 5, failed: 2, skipped: 3 });
});

test('a runner that fails without a failed test, that ran nothing or left no report has failed once', () => {
  const report = (expected: number) =>
    write(join(folder, 'e2e.json'), { stats: { expected, unexpected: 0, flaky: 0, skipped: 0 } });
  assert.deepEqual(playwrightCounts(report(5), 1), { passed: 5, failed: 1, skipped: 0 });
  assert.deepEqual(playwrightCounts(report(5), 0), { passed: 5, failed: 0, skipped: 0 });
  assert.equal(playwrightCounts(report(0), 0).failed, 1);
  assert.equal(playwrightCounts(join(folder, 'absent.json'), 0).failed, 1);
  assert.equal(testCounts(PROJECT, 'test', 0).failed, 1);
});

test('tasks count one each, those of tests as many as there are tests, with the names of what failed', () => {
  write(testReport(PROJECT, 'test'), { passed: 7, failed: 1, skipped: 2, failures: ['test/a.test.ts › planted'] });
  const tasks = write(join(folder, 'tasks.json'), [
    { project: PROJECT, target: 'lint', isSuccess: true },
    { project: PROJECT, target: 'typecheck', isSuccess: false },
    { project: PROJECT, target: 'test', isSuccess: false },
  ]);
  const failures = [`${PROJECT}:typecheck`, `${PROJECT}:test`, '  test/a.test.ts › planted'];
  assert.deepEqual(taskCounts(tasks, 1), { passed: 8, failed: 2, skipped: 2, failures });
  assert.equal(taskCounts(join(folder, 'absent.json'), 1).failed, 1, 'Nx itself has failed');
});
