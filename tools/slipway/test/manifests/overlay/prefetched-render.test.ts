import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startRender } from '../../../src/manifests/overlay/prefetched-render.ts';
import { imageNames } from '../../../src/manifests/overlay/pin-images.ts';
import { renderOverlay } from '../../../src/manifests/overlay/render-overlay.ts';

const OVERLAY = 'deploy/dev';
const COMPONENT = `${OVERLAY}/generated/kustomization.yaml`;
const root = mkdtempSync(join(tmpdir(), 'slipway-render-'));
after(() => rmSync(root, { recursive: true }));

mkdirSync(join(root, OVERLAY, 'generated'), { recursive: true });
const write = (path: string, lines: string[]) => writeFileSync(join(root, path), `${lines.join('\n')}\n`);
const podSpec = '{ initContainers: [{ name: migrate, image: order }], containers: [{ name: proxy, image: proxy }] }';
write(`${OVERLAY}/workloads.yaml`, [
  ...['apiVersion: v1', 'kind: Pod', 'metadata: { name: order }', `spec: ${podSpec}`, '---'],
  ...[
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: { name: order }',
    `spec: { template: { spec: ${podSpec} } }`,
  ],
  ...['---', 'apiVersion: batch/v1', 'kind: CronJob', 'metadata: { name: order }'],
  `spec: { jobTemplate: { spec: { template: { spec: ${podSpec} } } } }`,
]);
write(`${OVERLAY}/kustomization.yaml`, ['resources: [workloads.yaml]', 'components: [generated]']);
const component = (image: string, more: string[] = []) =>
  write(COMPONENT, [
    ...['apiVersion: kustomize.config.k8s.io/v1alpha1', 'kind: Component'],
    ...['images:', '  - name: order', `    newName: r/shop/order`, `    ${image}`, ...more],
  ]);

async function rendered(before: string, change: () => void, written: string[]): Promise<string[]> {
  component(before);
  const render = startRender(root, OVERLAY);
  change();
  const objects = await render(written);
  assert.deepEqual(objects, await renderOverlay(root, OVERLAY), 'what rendering after the change would have given');
  return imageNames(objects);
}

test('an image that got a new name meanwhile is in the objects, whatever names it', async () => {
  const images = (before: string, after: string) => rendered(before, () => component(after), [COMPONENT]);
  assert.deepEqual(await images('newTag: a', 'newTag: a'), ['r/shop/order:a', 'proxy']);
  assert.deepEqual(await images('newTag: a', 'newTag: b'), ['r/shop/order:b', 'proxy']);
  assert.deepEqual(await images('newTag: a', `digest: sha256:${'0'.repeat(64)}`), [
    `r/shop/order@sha256:${'0'.repeat(64)}`,
    'proxy',
  ]);
});

test('anything else that was written meanwhile is rendered again', async () => {
  const labelled = () => component('newTag: b', ['commonLabels: { a: b }']);
  assert.deepEqual(await rendered('newTag: a', labelled, [COMPONENT]), ['r/shop/order:b', 'proxy']);
  const moreImages = () => component('newTag: b', ['  - name: proxy', '    newName: q', '    newTag: c']);
  assert.deepEqual(await rendered('newTag: a', moreImages, [COMPONENT]), ['r/shop/order:b', 'q:c']);
  const renamed = () =>
    write(`${OVERLAY}/kustomization.yaml`, [
      'resources: [workloads.yaml]',
      'namePrefix: x-',
      'components: [generated]',
    ]);
  assert.deepEqual(await rendered('newTag: a', renamed, [`${OVERLAY}/kustomization.yaml`]), [
    'r/shop/order:a',
    'proxy',
  ]);
});
