import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debugPod } from '../../../src/dev/debug/debug-pod.ts';
import { podsOf } from '../../../src/kubernetes/rollout/pods-of.ts';
import { fakeView, pod } from '../../support/live-objects.ts';

const probe = { httpGet: { path: '/healthz', port: 'management' } };
const labels = { 'app.kubernetes.io/name': 'order', 'app.kubernetes.io/part-of': 'shop' };
const deployment = (env: { name: string; value: string }[] = []) => ({
  metadata: { name: 'order', namespace: 'shop' },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, annotations: { 'slipway.dev/environment': 'a' } },
      spec: {
        initContainers: [{ name: 'migrate', image: 'order:1', args: ['node', 'migrate.js'] }],
        containers: [
          { name: 'app', image: 'order:1', livenessProbe: probe, startupProbe: probe, readinessProbe: probe, env },
          { name: 'sidecar', image: 'proxy:1', livenessProbe: probe },
        ],
      },
    },
  },
});

test('the pod is the Deployment’s, with an inspector on its loopback, and no probe ends it at a breakpoint', () => {
  const { metadata, spec } = debugPod(deployment(), 'order');
  assert.deepEqual([metadata?.name, metadata?.namespace], ['order-debug', 'shop']);
  assert.equal(metadata?.labels?.['app.kubernetes.io/name'], 'order', 'the Service and the policies know it');
  const [app, sidecar] = spec!.containers;
  assert.deepEqual(app, {
    name: 'app',
    image: 'order:1',
    readinessProbe: probe,
    env: [{ name: 'NODE_OPTIONS', value: '--inspect=127.0.0.1:9229' }],
  });
  assert.deepEqual(sidecar, { name: 'sidecar', image: 'proxy:1', livenessProbe: probe });
  assert.equal(spec!.restartPolicy, 'Never');
  assert.ok(spec!.activeDeadlineSeconds! > 0, 'it ends also when nobody deletes it');
});

test('Node options of the service stay', () => {
  const given = [
    { name: 'A', value: '1' },
    { name: 'NODE_OPTIONS', value: '--max-http-header-size=1' },
  ];
  assert.deepEqual(debugPod(deployment(given), 'order').spec!.containers[0]!.env, [
    { name: 'A', value: '1' },
    { name: 'NODE_OPTIONS', value: '--max-http-header-size=1 --inspect=127.0.0.1:9229' },
  ]);
});

test('a rollout does not take it for one of the workload’s pods', () => {
  const { metadata } = debugPod(deployment(), 'order');
  const owner = { kind: 'ReplicaSet', name: 'order' };
  const [own, debugged] = [pod('order-1', { owner, labels }), pod('order-debug', { owner, labels: metadata!.labels! })];
  const view = { ...fakeView({ pods: [own, debugged] }), stack: 'shop' };
  assert.deepEqual(
    podsOf(view, 'order').map(({ metadata: { name } }) => name),
    ['order-1'],
  );
});
