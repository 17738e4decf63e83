import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintOf } from '../../../src/kubernetes/rollout/hint-of.ts';

test('what a log cannot tell has a hint', () => {
  assert.match(hintOf('ImagePullBackOff: Back-off pulling image "x"')!, /registry/);
  assert.match(hintOf('keeps ending: exit code 137, OOMKilled')!, /limits\.memory/);
  assert.match(hintOf("CreateContainerConfigError: couldn't find key X in Secret shop/product")!, /config\.ts/);
  assert.match(
    hintOf('not ready after 9 s, still waiting for app: migrations: not applied: 0001_x')!,
    /rollout restart/,
  );
  assert.equal(hintOf('CrashLoopBackOff: exit code 1'), undefined);
});
