import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ONE_FAILED, ONE_PASSED } from '../src/counts/counts.ts';
import { runStages } from '../src/run-stages.ts';
import type { Stage, StageResult } from '../src/stage.ts';

const stage = (name: string, result: StageResult | Error, needs: string[] = []): Stage => ({
  name,
  description: `about ${name}`,
  needs,
  async run() {
    if (result instanceof Error) throw result;
    return result;
  },
});

async function run(stages: Stage[]): Promise<{ exitCode: number; text: string; last: string }> {
  const lines: string[] = [];
  const exitCode = await runStages(stages, { isLong: false, isCi: false }, (line) => lines.push(line));
  const text = lines.join('\n');
  return { exitCode, text, last: text.split('\n').at(-1)! };
}

test('sums tests and stages and ends with the closing line', async () => {
  const result = await run([stage('one', ONE_PASSED), stage('many', { passed: 41, failed: 0, skipped: 2 })]);
  assert.equal(result.exitCode, 0);
  assert.equal(result.last, '42 passed, 0 failed');
});

test('goes on after a failure and names it', async () => {
  const result = await run([stage('bad', { passed: 1, failed: 2, skipped: 0 }), stage('good', ONE_PASSED)]);
  assert.equal(result.exitCode, 1);
  assert.equal(result.last, '2 passed, 2 failed');
  assert.match(result.text, /failed: bad /);
});

test('a stage that throws has failed', async () => {
  const result = await run([stage('broken', new Error('a defect')), stage('good', ONE_PASSED)]);
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /a defect/);
  assert.equal(result.last, '1 passed, 1 failed');
});

test('what needs a failed stage is not run and has failed', async () => {
  const result = await run([stage('first', ONE_FAILED), stage('second', ONE_PASSED, ['first'])]);
  assert.equal(result.last, '0 passed, 2 failed');
});

test('what is left out is told once, also for what needs it', async () => {
  const result = await run([
    stage('good', ONE_PASSED),
    stage('first', { leftOut: 'no engine' }),
    stage('second', new Error('must not run'), ['first']),
    stage('third', new Error('must not run'), ['second']),
  ]);
  assert.equal(result.exitCode, 0);
  assert.equal(result.text.split('no engine').length - 1, 1);
  assert.equal(result.last, '1 passed, 0 failed');
});

test('nothing checked is no success', async () => {
  const result = await run([stage('first', { leftOut: 'no engine' })]);
  assert.equal(result.exitCode, 1);
});
