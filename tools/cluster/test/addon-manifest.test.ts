import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addonManifest, addonRecipe } from '../src/addons/addon-manifest.ts';
import { kubeRouter } from '../src/addons/kube-router.ts';
import { metricsServer } from '../src/addons/metrics-server.ts';
import { RECIPE_ANNOTATION } from '../src/cluster/evaluate-readiness.ts';

type Item = {
  kind: string;
  metadata: { annotations?: Record<string, string> };
  spec: { template: { spec: { containers: Array<{ image: string }> } } };
};
const itemsOf = (list: string): Item[] => (JSON.parse(list) as { items: Item[] }).items;

test('the workload runs the given image and is annotated with its recipe', () => {
  for (const addon of [kubeRouter, metricsServer]) {
    const items = itemsOf(addonManifest(addon, 'example/image:1').workload);
    const workload = items.find(({ kind }) => kind === addon.workload);
    assert.equal(workload?.spec.template.spec.containers[0]?.image, 'example/image:1');
    const recipe = workload?.metadata.annotations?.[RECIPE_ANNOTATION];
    assert.equal(recipe, addonRecipe(addon, 'example/image:1'));
    assert.notEqual(recipe, addonRecipe(addon, 'example/image:2'));
  }
});

test('an APIService is apart from the workload that serves it', () => {
  const { workload, apis } = addonManifest(metricsServer, 'i');
  assert.ok(itemsOf(workload).every(({ kind }) => kind !== 'APIService'));
  assert.deepEqual(
    itemsOf(apis ?? '{}').map(({ kind }) => kind),
    ['APIService'],
  );
  assert.equal(addonManifest(kubeRouter, 'i').apis, undefined);
});
