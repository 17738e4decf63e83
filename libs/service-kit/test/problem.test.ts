import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonProblems } from '@shop/service-kit/problem';

test('a fault of ours has a stack, and what a flood makes has none', () => {
  assert.match(commonProblems.internalError().stack ?? '', /\n +at .*problem\.test\.ts/);
  for (const problem of [commonProblems.overloaded(), commonProblems.notFound()])
    assert.equal(problem.stack, `ProblemError: ${problem.problem.title}`);
  assert.match(new Error('another').stack ?? '', /\n +at /);
});
