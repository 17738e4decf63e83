import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BESIDE, closeBesideStack, openBesideStack } from './support/beside-stack.ts';
import { podIdentities } from './support/pod-identities.ts';
import { deploy, expectSuccess, kubectl, nx } from './support/stack.ts';

before(async () => {
  await deploy();
  await openBesideStack();
});

after(async () => {
  await closeBesideStack();
});

/** What the namespace says of itself, and what is in it that its owner could miss. */
async function found(): Promise<{ labels: object; marks: string[]; contents: string[] }> {
  const namespace = JSON.parse(await kubectl(['get', 'namespace', BESIDE, '-o', 'json'])) as {
    metadata: { labels: object; annotations?: object };
  };
  const { labels, annotations = {} } = namespace.metadata;
  const kinds = 'deployments,statefulsets,services,configmaps,secrets,persistentvolumeclaims,networkpolicies,pods';
  const names = await kubectl(['-n', BESIDE, 'get', kinds, '-o', 'name']);
  return {
    labels,
    marks: Object.keys(annotations).filter((key) => key.startsWith('slipway.dev/')),
    contents: names.split('\n').filter((name) => name !== ''),
  };
}

// Who else may own a namespace, and what each command says to it: tools/slipway's tests of the namespace.
test('a stranger’s namespace is refused, adopted by order, and left as it was found', async () => {
  const shop = await podIdentities();
  await kubectl(['create', 'namespace', BESIDE]);
  await kubectl(['label', 'namespace', BESIDE, 'team=strangers']);
  await kubectl(['-n', BESIDE, 'create', 'configmap', 'theirs']);
  await kubectl(['-n', BESIDE, 'get', 'configmap/kube-root-ca.crt', '-o', 'name']);
  const before = await found();

  const refused = await nx('run', 'user:deploy-kind');
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(refused.output, /slipway did not create it[^]*--adopt-namespace/);
  assert.deepEqual(await found(), before);

  expectSuccess(await nx('run', 'user:deploy-kind', '--adopt-namespace'));
  const adopted = await found();
  assert.deepEqual(adopted.labels, before.labels);
  assert.deepEqual(adopted.marks.sort(), ['slipway.dev/adopted', 'slipway.dev/workspace']);
  assert.ok(adopted.contents.includes('deployment.apps/user'), adopted.contents.join(' '));

  expectSuccess(await nx('run', 'deploy:teardown'));
  assert.deepEqual(await found(), before);
  assert.deepEqual(await podIdentities(), shop, 'the stack beside it was not touched');
});
