import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions, UsageError } from '../src/check-options.ts';

const stages = [{ name: 'lint' }, { name: 'cluster' }, { name: 'deploy', needs: ['cluster'] }];
const selected = (...args: string[]) => [...checkOptions(args, stages).selected];

test('everything, unless told otherwise', () => {
  assert.deepEqual(selected(), ['lint', 'cluster', 'deploy']);
  assert.deepEqual(selected('--only', 'deploy,lint'), ['lint', 'deploy']);
  assert.deepEqual(selected('--skip', 'deploy', '--skip=lint'), ['cluster']);
});

test('what needs a skipped stage is skipped, what needs an unselected one is not', () => {
  assert.deepEqual(selected('--skip', 'cluster'), ['lint']);
  assert.deepEqual(selected('--only', 'deploy'), ['deploy']);
});

test('what it does not know is wrong usage', () => {
  for (const args of [['--only', 'nothing'], ['--skip', 'nothing'], ['--nothing'], ['lint']]) {
    assert.throws(() => checkOptions(args, stages), UsageError, args.join(' '));
  }
});
