import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cureOf } from '../../src/rollout/cure-of.ts';

test('what a log cannot tell has a cure', () => {
  assert.match(cureOf('ImagePullBackOff: Back-off pulling image "x"')!, /registry/);
  assert.match(cureOf('keeps ending: exit code 137, OOMKilled')!, /limits\.memory/);
  assert.match(cureOf("CreateContainerConfigError: couldn't find key X in Secret shop/product")!, /config\.ts/);
  assert.match(
    cureOf('not ready after 9 s, still waiting for app: migrations: not applied: 0001_x')!,
    /rollout restart/,
  );
  assert.equal(cureOf('CrashLoopBackOff: exit code 1'), undefined);
});
