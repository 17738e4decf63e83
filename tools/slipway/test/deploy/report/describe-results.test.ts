import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeResults } from '../../../src/deploy/report/describe-results.ts';
import type { Pod } from '../../../src/kubernetes/rollout/pod.ts';
import type { ServiceResult } from '../../../src/services/run-in-dependency-order.ts';
import { ValidationError } from '../../../src/util/problems/validation-error.ts';
import { deployment, fakeView, pod } from '../../support/live-objects.ts';

const podOf = (name: string, ready = 'True', deletionTimestamp?: string) => {
  const made = pod(`${name}-1`, {
    owner: { kind: 'ReplicaSet', name },
    labels: { 'app.kubernetes.io/name': name },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
  return { ...made, metadata: { ...made.metadata, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) } };
};
const view = (replicas: Record<string, number>, pods: Pod[]) =>
  fakeView({ deployments: Object.entries(replicas).map(([name, count]) => deployment(name, 1, {}, count)), pods });
const result = (service: string, status: ServiceResult['status'], message = '') => ({ service, status, message });

test('a service whose old pods are ready counts, and is named as not updated', () => {
  const stack = view({ product: 1, order: 1, user: 1 }, [podOf('product'), podOf('order'), podOf('user')]);
  const results = [
    result('product', 'failure'),
    result('order', 'skipped', 'its dependency product failed'),
    result('user', 'success'),
  ];
  assert.equal(
    describeResults(results, stack),
    '3 of 3 services ready; not updated: product (failed), order (its dependency product failed)',
  );
});

test('pods that are missing, unready or being deleted do not count, nor does a service scaled to 0', () => {
  const leaving = podOf('user', 'True', '2026-01-01T00:00:00Z');
  const stack = view({ product: 2, order: 1, user: 1, gateway: 0 }, [
    podOf('product'),
    podOf('order', 'False'),
    leaving,
  ]);
  const results = ['product', 'order', 'user', 'gateway', 'absent'].map((name) => result(name, 'failure'));
  assert.match(describeResults(results, stack), /^0 of 5 services ready; /);
});

test('a service that cannot be built is told from one whose pods do not get ready', () => {
  const error = new ValidationError([{ file: 'apps/order/src/main.ts', message: 'wrong', hint: 'mend it' }]);
  const results = [{ ...result('order', 'failure'), error }, result('user', 'success')];
  assert.match(describeResults(results, view({}, [])), /; not updated: order \(cannot be built\)$/);
});

test('after a deploy that worked there is nothing more to say', () => {
  assert.equal(
    describeResults([result('user', 'success')], view({ user: 1 }, [podOf('user')])),
    '1 of 1 services ready',
  );
});
