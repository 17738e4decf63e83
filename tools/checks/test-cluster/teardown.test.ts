import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { leftovers } from './support/expect-gone.ts';
import { expectServing } from './support/expect-serving.ts';
import { deploy, expectSuccess, keepsData, nx } from './support/stack.ts';

test('teardown leaves nothing behind, and the stack comes up again', { skip: keepsData }, async () => {
  await deploy();
  expectSuccess(await nx('run', 'deploy:teardown'));
  assert.deepEqual(await leftovers(), [], 'teardown has waited until everything was gone');
  expectSuccess(await nx('run', 'deploy:teardown'));

  await deploy();
  await expectServing();
});
