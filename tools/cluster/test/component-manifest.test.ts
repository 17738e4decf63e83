import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentManifest, componentRecipe, RECIPE_ANNOTATION } from '../src/addons/component-manifest.ts';
import { kubeRouter } from '../src/addons/kube-router.ts';
import { metricsServer } from '../src/addons/metrics-server.ts';

type Item = {
  kind: string;
  metadata: { annotations?: Record<string, string> };
  spec: { template: { spec: { containers: Array<{ image: string }> } } };
};
const itemsOf = (list: string): Item[] => (JSON.parse(list) as { items: Item[] }).items;

test('the workload runs the given image and says what it was made from', () => {
  for (const component of [kubeRouter, metricsServer]) {
    const items = itemsOf(componentManifest(component, 'example/image:1').workload);
    const workload = items.find(({ kind }) => kind === component.workload);
    assert.equal(workload?.spec.template.spec.containers[0]?.image, 'example/image:1');
    const recipe = workload?.metadata.annotations?.[RECIPE_ANNOTATION];
    assert.equal(recipe, componentRecipe(component, 'example/image:1'));
    assert.notEqual(recipe, componentRecipe(component, 'example/image:2'));
  }
});

test('an API is announced apart from the workload that serves it', () => {
  const { workload, apis } = componentManifest(metricsServer, 'i');
  assert.ok(itemsOf(workload).every(({ kind }) => kind !== 'APIService'));
  assert.deepEqual(
    itemsOf(apis ?? '{}').map(({ kind }) => kind),
    ['APIService'],
  );
  assert.equal(componentManifest(kubeRouter, 'i').apis, undefined);
});
