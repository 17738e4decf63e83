import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectServing } from './support/expect-serving.ts';
import { podIdentities } from './support/pod-identities.ts';
import { deploy } from './support/stack.ts';

test('deploying the same again restarts no pod', async () => {
  await deploy();
  const before = await podIdentities();
  assert.ok(before.length >= 7, `four services and three databases, not ${before.join('; ')}`);
  await deploy();
  assert.deepEqual(await podIdentities(), before);
  await expectServing();
});
