import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CONTEXT, deploy, kubectl, NAMESPACE, nx } from '../support/stack.ts';

after(deploy);

test('a database that was scaled away is the first thing that the status tells, then who suffers from it and why', async () => {
  await deploy();
  await kubectl(['-n', NAMESPACE, 'scale', 'statefulset/order-db', '--replicas=0']);
  await kubectl(['-n', NAMESPACE, 'wait', 'deployment/order', '--for=condition=Available=False', '--timeout=60s']);
  const { exitCode, output } = await nx('run', 'deploy:status');
  assert.notEqual(exitCode, 0, output);
  assert.match(output, new RegExp(`✗ shop on ${CONTEXT}: 3 of 4 services ready`));
  assert.match(output, /! order-db is scaled to 0[\s\S]*! order 0 of 2 pods ready[\s\S]*readiness: database: /);
});

test('a service that refuses its environment is told with its last words', async () => {
  await deploy();
  await kubectl(['-n', NAMESPACE, 'set', 'env', 'deployment/product', '-c', 'app', 'PORT=none']);
  // The kubelet needs a moment to see that starting it again does not help.
  const deadline = Date.now() + 120_000;
  let result = await nx('run', 'deploy:status');
  while (!result.output.includes('exit code 78') && Date.now() < deadline) result = await nx('run', 'deploy:status');
  assert.notEqual(result.exitCode, 0, result.output);
  assert.match(result.output, /! product 1 of 1 pods ready.*exit code 78[\s\S]*log: .*PORT/);
});
