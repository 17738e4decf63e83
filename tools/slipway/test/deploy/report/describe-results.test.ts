import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeResults } from '../../../src/deploy/report/describe-results.ts';
import type { StackView } from '../../../src/kubernetes/rollout/stack-view.ts';
import type { ServiceResult } from '../../../src/services/run-in-dependency-order.ts';

const pod = (name: string, ready = 'True', more = {}) => ({
  metadata: { name: `${name}-1`, labels: { 'app.kubernetes.io/name': name }, ...more },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const view = (replicas: Record<string, number>, pods: ReturnType<typeof pod>[]) =>
  ({
    deployments: new Map(Object.entries(replicas).map(([name, count]) => [name, { spec: { replicas: count } }])),
    pods: new Map(pods.map((it) => [it.metadata.name, it])),
  }) as unknown as StackView;
const result = (service: string, status: ServiceResult['status']) => ({ service, status, message: '' });

test('a service whose old pods are ready counts, and is named as not updated', () => {
  const stack = view({ product: 1, order: 1, user: 1 }, [pod('product'), pod('order'), pod('user')]);
  const results = [result('product', 'failure'), result('order', 'skipped'), result('user', 'success')];
  assert.equal(describeResults(results, stack), '3 of 3 services ready; not updated: product, order');
});

test('pods that are missing, unready or being deleted do not count, nor does a service scaled to 0', () => {
  const leaving = pod('user', 'True', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  const stack = view({ product: 2, order: 1, user: 1, gateway: 0 }, [pod('product'), pod('order', 'False'), leaving]);
  const results = ['product', 'order', 'user', 'gateway', 'absent'].map((name) => result(name, 'failure'));
  assert.match(describeResults(results, stack), /^0 of 5 services ready; /);
});

test('after a deploy that worked there is nothing more to say', () => {
  assert.equal(describeResults([result('user', 'success')], view({ user: 1 }, [pod('user')])), '1 of 1 services ready');
});
