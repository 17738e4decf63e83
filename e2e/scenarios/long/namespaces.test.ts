import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BESIDE, closeBesideStack, openBesideStack } from '../support/beside-stack.ts';
import { restoreFiles } from '../support/edited-files.ts';
import { expectServing } from '../support/expect-serving.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { deploy, expectSuccess, kubectl, nx } from '../support/stack.ts';

type Namespace = { metadata: { labels: Record<string, string>; annotations?: Record<string, string> } };
type Policy = { spec: { podSelector: object } };

let shop: string[];

before(async () => {
  await deploy();
  shop = await podIdentities();
  await openBesideStack();
});

after(async () => {
  await closeBesideStack();
  await deploy();
});

const user = (...args: string[]) => nx('run', 'user:deploy-kind', ...args);
const teardown = (...args: string[]) => nx('run', 'deploy:teardown', ...args);
const get = async <Shape>(...what: string[]) =>
  JSON.parse(await kubectl(['-n', BESIDE, 'get', ...what, '-o', 'json'])) as Shape;

async function namespaceMetadata(): Promise<{ labels: Record<string, string>; marks: string[] }> {
  const { metadata } = await get<Namespace>('namespace', BESIDE);
  return {
    labels: metadata.labels,
    marks: Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('slipway.dev/')),
  };
}

/** Everything in the namespace that somebody could miss. */
async function contents(): Promise<string[]> {
  const kinds = 'deployments,statefulsets,services,configmaps,secrets,persistentvolumeclaims,networkpolicies';
  const names = await kubectl(['-n', BESIDE, 'get', kinds, '-o', 'name']);
  return names
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('/kube-root-ca.crt'))
    .sort();
}

async function expectRefused(run: Promise<{ exitCode: number; output: string }>, ...says: RegExp[]): Promise<void> {
  const { exitCode, output } = await run;
  assert.notEqual(exitCode, 0, output);
  for (const words of says) assert.match(output, words);
  assert.doesNotMatch(output, /\n\s+at .*\(file:/, 'no stack trace');
}

test('a stranger’s namespace is refused, adopted by order, and left as it was found', async () => {
  await kubectl(['create', 'namespace', BESIDE]);
  await kubectl(['label', 'namespace', BESIDE, 'team=strangers']);
  await kubectl(['-n', BESIDE, 'create', 'configmap', 'theirs']);
  await kubectl(['-n', BESIDE, 'create', 'secret', 'generic', 'user', '--from-literal=theirs=yes']);
  const found = { ...(await namespaceMetadata()), contents: await contents() };

  const hint = /--adopt-namespace/;
  await expectRefused(user(), /slipway did not create it/, hint);
  await expectRefused(nx('run', 'deploy:diff'), /slipway did not create it/, hint);
  await expectRefused(teardown('--delete-foreign-objects'), /slipway did not create it/);
  await expectRefused(user('--adopt-namespace'), /Secret\/user: .*not the stack's/);
  assert.deepEqual({ ...(await namespaceMetadata()), contents: await contents() }, found);

  await kubectl(['-n', BESIDE, 'delete', 'secret', 'user']);
  expectSuccess(await user('--adopt-namespace'));
  const adopted = await namespaceMetadata();
  assert.deepEqual(adopted.labels, found.labels);
  assert.deepEqual(adopted.marks.sort(), ['slipway.dev/adopted', 'slipway.dev/workspace']);
  const { spec } = await get<Policy>('networkpolicy', 'default-deny');
  assert.deepEqual(spec.podSelector, { matchLabels: { 'app.kubernetes.io/part-of': BESIDE } });
  expectSuccess(await user());

  expectSuccess(await teardown());
  assert.deepEqual(await namespaceMetadata(), { labels: found.labels, marks: [] });
  assert.deepEqual(await contents(), ['configmap/theirs']);
  assert.deepEqual(await podIdentities(), shop);
  await kubectl(['delete', 'namespace', BESIDE]);
});

test('a namespace that slipway made is known by its mark or its age, and no stranger’s object goes with it unasked', async () => {
  expectSuccess(await user());
  // As a stack that was deployed before there were marks.
  await kubectl(['annotate', 'namespace', BESIDE, 'slipway.dev/workspace-']);
  expectSuccess(await user());
  assert.deepEqual((await namespaceMetadata()).marks, ['slipway.dev/workspace']);

  await kubectl(['annotate', 'namespace', BESIDE, 'slipway.dev/workspace=another', '--overwrite']);
  await expectRefused(
    user('--adopt-namespace'),
    /holds the stack of the workspace "another"/,
    /--adopt-stack "another"/,
  );
  await expectRefused(teardown(), /holds the stack of the workspace "another"/);
  expectSuccess(await user('--adopt-stack', 'another'));

  await kubectl(['-n', BESIDE, 'create', 'configmap', 'theirs']);
  await expectRefused(teardown(), /ConfigMap\/theirs\. Nothing was deleted/, /--delete-foreign-objects/);
  assert.ok((await contents()).includes('deployment.apps/user'));
  expectSuccess(await teardown('--delete-foreign-objects'));
  assert.equal(await kubectl(['get', 'namespace', BESIDE, '--ignore-not-found', '-o', 'name']), '');
  assert.deepEqual(await podIdentities(), shop);
  restoreFiles();
  await expectServing();
});
