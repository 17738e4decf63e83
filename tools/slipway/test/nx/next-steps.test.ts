import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { NEXT_STEPS, nextSteps } from '../../src/nx/commands/next-steps.ts';
import type { Settings } from '../../src/util/workspace/settings.ts';

const workspaceRoot = mkdtempSync(join(tmpdir(), 'slipway-next-steps-'));
after(() => rmSync(workspaceRoot, { recursive: true }));
const settings: Settings = {
  ...{ workspaceRoot, stack: 'shop', workspace: 'shop', cluster: 'slipway', defaultCluster: 'slipway' },
};

test("a workspace's own steps come first, with the address and the context of the stack", () => {
  mkdirSync(join(workspaceRoot, 'deploy'), { recursive: true });
  writeFileSync(
    join(workspaceRoot, NEXT_STEPS),
    '  sign up     curl {url}/users -d \'{"a":1}\'\n  admin  {kubectl} get secret\n',
  );
  const lines = nextSteps(settings, 'kind-slipway', ['order'], { url: 'http://127.0.0.1:30080' }).trim().split('\n');
  assert.deepEqual(lines.slice(0, 5), [
    'The stack is ready at http://127.0.0.1:30080',
    '',
    '  sign up     curl http://127.0.0.1:30080/users -d \'{"a":1}\'',
    '  admin  kubectl --context kind-slipway -n shop get secret',
    '  look        kubectl --context kind-slipway -n shop get pods',
  ]);
});

test('a stack without an address says why, and shows no step that needs one', () => {
  const text = nextSteps(settings, 'kind-slipway', ['order'], { why: 'nothing is exposed' });
  assert.match(text, /^The stack is ready; nothing is exposed$/m);
  assert.doesNotMatch(text, /sign up|\{url\}/);
});
