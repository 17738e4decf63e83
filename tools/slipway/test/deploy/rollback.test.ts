import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { chooseRevision, formatRevisions, readRevisions } from '../../src/deploy/revisions.ts';
import { fakeKubeApi } from '../../src/kubernetes/client/fake-kube-api.ts';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';
import { CHANGE_CAUSE_ANNOTATION, PART_OF_LABEL, SYNCED_LABEL } from '../../src/kubernetes/labels.ts';
import { REVISION_ANNOTATION } from '../../src/kubernetes/rollout/deployment-state.ts';
import { gitCommit } from '../../src/util/files/git-commit.ts';
import { fixture, NAMESPACE, settings, workload } from './stages/plan-fixture.ts';

const inStack = { namespace: 'shop', labels: { [PART_OF_LABEL]: 'shop' } };

function revision(number: number, more: { cause?: string; labels?: Record<string, string>; of?: string } = {}) {
  const { cause, labels = {}, of = 'uid-order' } = more;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...inStack,
      name: `order-${number}`,
      creationTimestamp: `2026-11-28T10:0${number}:00Z`,
      annotations: {
        [REVISION_ANNOTATION]: String(number),
        ...(cause === undefined ? {} : { [CHANGE_CAUSE_ANNOTATION]: cause }),
      },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'order', uid: of }],
    },
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: `order:v${number}` }] } } },
  } as unknown as KubernetesObject;
}

/** Order at revision 5, with what is left of its earlier ones. */
function revised() {
  const live = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...inStack, name: 'order', uid: 'uid-order', annotations: { [REVISION_ANNOTATION]: '5' } },
  };
  const api = fakeKubeApi([
    live,
    revision(2, { cause: 'commit 189284b0c1d2' }),
    revision(5, { cause: 'commit a68b2d0ffe11-dirty' }),
    revision(3),
    revision(4, { labels: { [SYNCED_LABEL]: 'true' } }),
    revision(1, { of: 'uid-of-one-that-was-deleted' }),
  ]);
  return readRevisions({ api, settings, stack: 'shop' }, 'order');
}

test('revisions are listed with image, commit and time, the newest first; what watch mode has run is none', async () => {
  const { revisions } = await revised();
  assert.deepEqual(formatRevisions(revisions, revisions[1]).split('\n'), [
    '  5  order:v5  commit a68b2d0ffe11-dirty  2026-11-28T10:05:00Z  runs now',
    '  3  order:v3  commit unknown             2026-11-28T10:03:00Z  chosen',
    '  2  order:v2  commit 189284b0c1d2        2026-11-28T10:02:00Z',
  ]);
});

test('without --to it is the revision before the present one, with --to the one that it names', async () => {
  const order = await revised();
  assert.equal(chooseRevision('order', order, undefined).number, 3);
  assert.equal(chooseRevision('order', order, 2).image, 'order:v2');
});

test('a revision that is not there, or runs already, is refused with those that are', async () => {
  const order = await revised();
  const refusal = (message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, message);
    assert.match(error.hint ?? '', /there are:\n {2}5 .*\n {2}3 .*\n {2}2 /);
    return true;
  };
  assert.throws(() => chooseRevision('order', order, 4), refusal(/order has no revision 4/));
  assert.throws(() => chooseRevision('order', order, 5), refusal(/order is at revision 5 already/));
  const first = { ...order, revisions: order.revisions.slice(0, 1) };
  assert.throws(() => chooseRevision('order', first, undefined), /this is its first/);
});

test('a service that is not deployed is told, with the command that deploys it', async () => {
  const refused = readRevisions({ api: fakeKubeApi(), settings, stack: 'shop' }, 'order');
  await assert.rejects(refused, /order is not deployed/);
});

const causeOf = ({ metadata }: KubernetesObject) => metadata.annotations?.[CHANGE_CAUSE_ANNOTATION];

test('new pods are marked with their commit; another commit alone is no reason to touch a Deployment', async () => {
  const { plan, api } = fixture();
  const path = '/apis/apps/v1/namespaces/shop/deployments/order';
  const planned = (image: string) =>
    plan([NAMESPACE, ...workload('order', image), ...workload('product')], async (_, { services }) =>
      Promise.resolve(services.flatMap((service) => service.planned).find(({ path: at }) => at === path)!),
    );
  const first = await planned('v1');
  const commit = await gitCommit(import.meta.dirname);
  assert.equal(causeOf(first.object), commit === undefined ? undefined : `commit ${commit}`);
  // As a deploy of an earlier commit has left it.
  const old = { ...first.object.metadata, annotations: { [CHANGE_CAUSE_ANNOTATION]: 'commit 0123456789ab' } };
  await api.send('PATCH', `${path}?fieldManager=slipway`, { ...first.object, metadata: old });
  const same = await planned('v1');
  assert.deepEqual([same.outcome, causeOf(same.object)], ['unchanged', 'commit 0123456789ab']);
  const next = await planned('v2');
  assert.equal(next.outcome, 'changed');
  assert.equal(causeOf(next.object), causeOf(first.object));
});

test('a commit is named, with what is not committed; a folder without a repository or a commit has none', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-commit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });
  assert.equal(await gitCommit(folder), undefined);
  git('init');
  assert.equal(await gitCommit(folder), undefined);
  writeFileSync(join(folder, 'a'), 'a');
  git('add', 'a');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-m', 'a');
  git('tag', 'v1');
  const commit = String(git('rev-parse', '--short=12', 'HEAD')).trim();
  assert.equal(await gitCommit(folder), commit);
  writeFileSync(join(folder, 'a'), 'b');
  assert.equal(await gitCommit(folder), `${commit}-dirty`);
});
