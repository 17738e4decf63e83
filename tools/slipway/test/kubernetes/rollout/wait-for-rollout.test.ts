import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import { type RolloutScope, RolloutError, rollout } from '../../../src/kubernetes/rollout/wait-for-rollout.ts';
import { withStackView } from '../../../src/kubernetes/rollout/with-stack-view.ts';
import { type Failures, runPods } from '../../support/fake-controller.ts';

const labels = { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/name': 'order' };
const deployment = (generation: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'order', namespace: 'shop', labels, generation, uid: 'order' },
  spec: { template: { metadata: { labels } } },
});
const workload = { kind: 'Deployment', name: 'order', generation: 2 } as const;

/** Waits for the rollout of generation 2; `then` happens once it waits. */
async function wait(timeoutMs: number, then: { failing?: Failures; generation?: number } = {}) {
  const api = fakeKubeApi();
  runPods(api)(deployment(1));
  await withStackView({ api, stack: 'shop' }, async ({ view }) => {
    const scope: RolloutScope = { api, view, stack: 'shop', timeoutMs };
    const waiting = rollout(scope, workload, () => undefined);
    if (then.generation !== undefined) runPods(api, then.failing)(deployment(then.generation));
    await waiting;
  });
}

test('a rollout ends when the applied revision is ready, not when the one before it is', async () => {
  await wait(20_000, { generation: 2 });
  await assert.rejects(wait(50), /order: not ready after 0 s/);
});

test('a pod that cannot heal ends it at once, with its reason and the command that tells more', async () => {
  await assert.rejects(wait(20_000, { generation: 2, failing: { order: 'CrashLoopBackOff' } }), (error: Error) => {
    assert.ok(error instanceof RolloutError);
    assert.match(error.message, /container "app" of pod order-r2-a .*CrashLoopBackOff/);
    assert.match(error.message, /kubectl --context kind-fake -n shop describe pod order-r2-a/);
    return true;
  });
});

test('a pod that is slow is named at the deadline', async () => {
  await assert.rejects(
    wait(300, { generation: 2, failing: { order: 'ContainerCreating' } }),
    /still waiting for app in order-r2-a \(ContainerCreating\)/,
  );
});
