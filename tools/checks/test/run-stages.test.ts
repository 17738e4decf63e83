import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandCounts, type Counts } from '../src/counts.ts';
import { runStages } from '../src/run-stages.ts';
import type { Stage } from '../src/stages.ts';

const stage = (name: string, script: string, more: Partial<Stage> = {}): Stage => ({
  name: `sample-${name}`,
  after: [],
  command: ['sh', '-c', script],
  limitMinutes: 1,
  counts: commandCounts,
  ...more,
});
const counted = (counts: Counts) => ({ counts: () => counts });

async function run(...stages: Stage[]): Promise<{ exitCode: number; text: string; last: string }> {
  const lines: string[] = [];
  const exitCode = await runStages(stages, (line) => lines.push(line));
  const text = lines.join('\n');
  return { exitCode, text, last: text.split('\n').at(-1)! };
}

test('sums tests and commands and ends with the closing line', async () => {
  const { exitCode, last } = await run(
    stage('one', 'true'),
    stage('many', 'true', counted({ passed: 41, failed: 0, skipped: 2 })),
  );
  assert.equal(exitCode, 0);
  assert.equal(last, '42 passed, 0 failed');
});

test('goes on after a failure and names what failed, with its tests', async () => {
  const failures = ['order:test', '  test/a.test.ts › planted'];
  const { exitCode, text, last } = await run(
    stage('bad', 'false', counted({ passed: 1, failed: 2, skipped: 0, failures })),
    stage('good', 'echo said', { after: ['sample-bad'] }),
  );
  assert.equal(exitCode, 1);
  assert.equal(last, '2 passed, 2 failed');
  assert.match(text, /✗ sample-bad\n {4}order:test\n {6}test\/a\.test\.ts › planted/);
  assert.match(text, /sample-good │ said/);
});

test('the output of what failed is told once more after everything else', async () => {
  const { text } = await run(stage('bad', 'echo the reason; false'), stage('slow', 'sleep 1; echo good news'));
  const [, end = ''] = text.split('The end of sample-bad\n');
  assert.match(end, /^the reason$/m);
  assert.doesNotMatch(end, /good news/);
});

test('a program that cannot be started has failed', async () => {
  const { text, last } = await run(stage('absent', '', { command: ['no-such-program'] }), stage('good', 'true'));
  assert.match(text, /no-such-program/);
  assert.equal(last, '1 passed, 1 failed');
});

test('what needs a failed stage is not run and has failed', async () => {
  const { text, last } = await run(stage('first', 'false'), stage('second', 'echo ran', { needs: ['sample-first'] }));
  assert.equal(last, '0 passed, 2 failed');
  assert.doesNotMatch(text, /ran$/m);
  assert.match(text, /not run: it needs sample-first/);
});

test('what is left out is told once, also for what needs it', async () => {
  const { exitCode, text, last } = await run(
    stage('good', 'true'),
    stage('first', 'echo ran', { skipped: 'no engine' }),
    stage('second', 'echo ran', { needs: ['sample-first'] }),
    stage('third', 'echo ran', { needs: ['sample-second'] }),
  );
  assert.equal(exitCode, 0);
  assert.equal(text.split('no engine').length - 1, 1);
  assert.doesNotMatch(text, /ran$/m);
  assert.equal(last, '1 passed, 0 failed');
});

test('nothing checked is no success', async () => {
  assert.equal((await run(stage('first', 'true', { skipped: 'no engine' }))).exitCode, 1);
});

test('stages without an order run side by side', async () => {
  // Each waits for the other to have begun.
  const wait = (own: string, other: string) =>
    `touch "$D/${own}"; i=0; while [ ! -e "$D/${other}" ]; do i=$((i+1)); [ $i -lt 300 ] || exit 1; sleep 0.1; done`;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-stages-'));
  const env = { D: folder };
  try {
    const { last } = await run(stage('one', wait('a', 'b'), { env }), stage('two', wait('b', 'a'), { env }));
    assert.equal(last, '2 passed, 0 failed');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a stage that reaches its limit has failed and names what ran', async () => {
  const { text, last } = await run(stage('endless', 'sleep 301; true', { limitMinutes: 0.005 }));
  assert.equal(last, '0 passed, 1 failed');
  assert.match(text, /ended after its limit/);
  assert.match(text, /sleep 301/);
});
