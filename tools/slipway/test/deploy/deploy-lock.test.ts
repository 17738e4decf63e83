import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { withDeployLock } from '../../src/deploy/context/deploy-lock.ts';
import { fakeKubeApi } from '../../src/kubernetes/client/fake-kube-api.ts';
import { heard } from '../support/heard.ts';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/default/leases/slipway-shop';
const lease = (holderIdentity: string, renewTime: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'slipway-shop', namespace: 'default' },
  spec: { holderIdentity, renewTime, leaseDurationSeconds: 15 },
});
const contextOf = (api = fakeKubeApi(), signal = new AbortController().signal) => ({
  api,
  stack: 'shop',
  report: heard(),
  signal,
});

test('the lock is held while the work runs, and given back whether it ends well or not', async () => {
  const context = contextOf();
  const isHeld = () => context.api.objects.has(PATH);
  assert.equal(await withDeployLock(context, async () => isHeld()), true);
  assert.equal(isHeld(), false);
  await assert.rejects(
    withDeployLock(context, async () => {
      throw new Error('red');
    }),
    /red/,
  );
  assert.equal(isHeld(), false);
});

test('two deploys of a stack run one after the other', async () => {
  const context = contextOf();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const one = withDeployLock(context, async () => {
    begun.resolve();
    await first.promise;
    log.push('one ends');
  });
  await begun.promise;
  const two = withDeployLock(context, async () => void log.push('two begins'));
  first.resolve();
  await Promise.all([one, two]);
  assert.deepEqual(log, ['one ends', 'two begins']);
});

for (const [what, holder, renewTime] of [
  ['of a process that has ended', `${hostname()}/999999999`, new Date().toISOString()],
  ['that has expired', 'elsewhere/1', '2020-01-01T00:00:00.000000Z'],
] as const) {
  test(`a lock ${what} is taken over`, async () => {
    const context = contextOf(fakeKubeApi([lease(holder, renewTime)]));
    assert.equal(await withDeployLock(context, async () => 'done'), 'done');
    assert.deepEqual(context.report.lines, []);
  });
}

test('who waits says for whom, and stops waiting when it is interrupted', async () => {
  const abort = new AbortController();
  const api = fakeKubeApi([lease('elsewhere/17', new Date().toISOString())]);
  const context = contextOf(api, abort.signal);
  const { event } = context.report;
  context.report.event = (...args) => {
    event(...args);
    abort.abort(new Error('interrupted'));
  };
  await assert.rejects(
    withDeployLock(context, async () => assert.fail('it must not begin')),
    /interrupted/,
  );
  assert.deepEqual(context.report.lines, ['stack lock waiting for another deploy to end: process elsewhere 17']);
  assert.ok(api.objects.has(PATH), 'the other keeps it');
});
