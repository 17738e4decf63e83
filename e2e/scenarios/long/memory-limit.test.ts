import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deploy, kubectl, NAMESPACE, nx } from '../support/stack.ts';
import { unfelt } from '../support/under-load.ts';

const boundMs = 120_000;

before(deploy);
after(deploy);

test('pods that reach their memory limit are named with it by the status, and those of before serve everything', () =>
  unfelt(async () => {
    // Less than a service needs to start.
    const resources = ['--requests=memory=24Mi', '--limits=memory=24Mi'];
    await kubectl(['-n', NAMESPACE, 'set', 'resources', 'deployment/order', '-c', 'app', ...resources]);
    const deadline = Date.now() + boundMs;
    let status = await nx('run', 'deploy:status');
    while (!status.output.includes('OOMKilled') && Date.now() < deadline) status = await nx('run', 'deploy:status');
    assert.notEqual(status.exitCode, 0, status.output);
    assert.match(status.output, /! order .*OOMKilled/);
    assert.match(status.output, /memory/);
  }));
