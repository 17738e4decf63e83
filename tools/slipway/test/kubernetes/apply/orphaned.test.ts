import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orphanedObjects } from '../../../src/kubernetes/apply/inventory/prune.ts';

const id = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, name, namespace: 'shop' });

test('what the files no longer declare is orphaned', () => {
  const job = id('batch/v1', 'CronJob', 'order-sweep');
  assert.deepEqual(orphanedObjects([job, id('v1', 'Service', 'order')], [id('v1', 'Service', 'order')]), [job]);
});

test('another version of the same group is the same object, another group is not', () => {
  assert.deepEqual(
    orphanedObjects(
      [id('autoscaling/v1', 'HorizontalPodAutoscaler', 'order')],
      [id('autoscaling/v2', 'HorizontalPodAutoscaler', 'order')],
    ),
    [],
  );
  assert.equal(
    orphanedObjects([id('extensions/v1', 'Ingress', 'order')], [id('networking.k8s.io/v1', 'Ingress', 'order')]).length,
    1,
  );
});
