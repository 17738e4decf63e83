import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { expectServing } from '../support/expect-serving.ts';
import { expectGone } from '../support/expect-gone.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { deploy, expectSuccess, keepsData, kubectl, nx, rolloutStatus } from '../support/stack.ts';

const OVERLAY = join(workspaceRoot, 'deploy/dev');
const BOUND_MS = 180_000;

test('kubectl alone deletes what deploy/dev names and applies it again', { skip: keepsData }, async () => {
  await deploy();
  expectSuccess(await nx('run', 'deploy:assemble'));

  await kubectl(['delete', '-k', OVERLAY, '--timeout=150s'], BOUND_MS);
  await expectGone();

  await kubectl(['apply', '-k', OVERLAY], BOUND_MS);
  for (const name of ['user', 'product', 'order', 'gateway']) await rolloutStatus(`deployment/${name}`);
  await expectServing();
  const pods = await podIdentities();
  assert.ok(pods.length >= 7, pods.join('; '));

  // And slipway takes over from there.
  await deploy();
  await expectServing();
});
