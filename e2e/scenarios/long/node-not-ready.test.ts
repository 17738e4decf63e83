import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { podIdentities } from '../support/pod-identities.ts';
import { CONTROL_PLANE, deploy, kubectl, nx } from '../support/stack.ts';

const kubelet = (verb: 'start' | 'stop') =>
  execFileSync('docker', ['exec', CONTROL_PLANE, 'systemctl', verb, 'kubelet']);
const waitFor = (condition: string) =>
  kubectl(['wait', `node/${CONTROL_PLANE}`, `--for=condition=${condition}`, '--timeout=120s'], 150_000);

after(async () => {
  kubelet('start');
  await waitFor('Ready=True');
  await deploy();
});

test('a node that is not ready is found before anything is touched', async () => {
  await deploy();
  const before = await podIdentities();
  kubelet('stop');
  await waitFor('Ready=Unknown');
  const { exitCode, output } = await nx('run-many', '-t', 'deploy-kind');
  assert.notEqual(exitCode, 0, output);
  assert.match(output, new RegExp(`node ${CONTROL_PLANE}: is not ready`));
  assert.match(output, /npm run cluster -- up/);
  kubelet('start');
  await waitFor('Ready=True');
  assert.deepEqual(await podIdentities(), before);
});
