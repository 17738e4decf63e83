import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { checkOptions, UsageError } from '../src/check-options.ts';

const names = ['lint', 'tests', 'cluster'];

test('everything, unless told otherwise', () => {
  assert.deepEqual([...checkOptions([], names).selected], names);
  assert.deepEqual([...checkOptions(['--only', 'tests,lint'], names).selected], ['tests', 'lint']);
  assert.deepEqual([...checkOptions(['--skip', 'cluster', '--skip=lint'], names).selected], ['tests']);
});

test('what it does not know is wrong usage', () => {
  for (const args of [['--only', 'nothing'], ['--skip', 'nothing'], ['--nothing'], ['lint']]) {
    assert.throws(() => checkOptions(args, names), UsageError, args.join(' '));
  }
});
