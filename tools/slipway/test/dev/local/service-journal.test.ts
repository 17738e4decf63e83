import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hideSecret } from '@slipway/util/secret-mask';
import { readJournal, writeJournal } from '../../../src/dev/local/service-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-journal-'));
after(() => rmSync(folder, { recursive: true }));

test('a start is told with its stages, what came of it, and why', () => {
  const journal = writeJournal(folder, 'order');
  journal.begin([]);
  journal.stage('build');
  assert.deepEqual(readJournal(folder, 'order')?.state, { phase: 'starting', stage: 'build' });
  journal.stage('start');
  journal.ready(42);
  journal.begin(['apps/order/src/app.ts']);
  journal.stage('build');
  journal.failed({ code: 'build-failed', message: 'it cannot be built', details: ['x'], isServing: true });
  const read = readJournal(folder, 'order');
  assert.equal(read?.pid, 42);
  assert.equal(read?.state.phase, 'failed');
  assert.deepEqual(
    read?.starts.map(({ cause, outcome, stages }) => [cause, outcome, stages.map(({ stage }) => stage)]),
    [
      [['apps/order/src/app.ts'], 'failed', ['build']],
      [[], 'ready', ['build', 'start']],
    ],
  );
});

test('an edit during a start replaces it', () => {
  const journal = writeJournal(folder, 'user');
  journal.begin([]);
  journal.begin(['a.ts']);
  assert.deepEqual(
    readJournal(folder, 'user')?.starts.map(({ outcome }) => outcome),
    ['running', 'replaced'],
  );
});

test('only the newest starts are kept', () => {
  const journal = writeJournal(folder, 'product');
  for (let n = 0; n < 30; n += 1) journal.begin([`${n}.ts`]);
  const starts = readJournal(folder, 'product')?.starts ?? [];
  assert.deepEqual([starts.length, starts[0]?.cause], [20, ['29.ts']]);
});

test('no secret is written', () => {
  hideSecret('secret-in-a-crash');
  const journal = writeJournal(folder, 'gateway');
  journal.begin([]);
  journal.failed({ code: 'crashed', message: 'm', details: ['url secret-in-a-crash'], isServing: false });
  assert.doesNotMatch(readFileSync(join(folder, 'gateway', 'journal.json'), 'utf8'), /secret-in-a-crash/);
});

test('what a run that has ended has left behind says nothing, as does nothing', () => {
  assert.equal(readJournal(folder, 'none'), undefined);
  const journal = writeJournal(folder, 'old');
  journal.begin([]);
  const file = join(folder, 'old', 'journal.json');
  const left = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...left, run: '999999999@1' }));
  assert.equal(readJournal(folder, 'old'), undefined);
});
