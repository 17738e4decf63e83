import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { ENVIRONMENT_ANNOTATION } from '../../../src/kubernetes/labels.ts';
import { setConfigHash } from '../../../src/manifests/overlay/set-config-hash.ts';
import { imageNames, pinImages } from '../../../src/manifests/overlay/pin-images.ts';

const configMap = (data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'order' },
  data,
});
const deployment = (annotations?: Record<string, string>): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'order' },
  spec: {
    template: {
      metadata: { labels: { a: 'b' }, ...(annotations === undefined ? {} : { annotations }) },
      spec: {
        initContainers: [{ name: 'migrate', image: 'order' }],
        containers: [
          { name: 'app', image: 'order', envFrom: [{ configMapRef: { name: 'order' } }] },
          { name: 'other', image: 'example/other:1' },
        ],
      },
    },
  },
});
const annotationOf = (objects: KubernetesObject[]) =>
  (objects.at(-1) as ReturnType<typeof JSON.parse>).spec.template.metadata.annotations?.[ENVIRONMENT_ANNOTATION];

test('images are replaced by name, init containers included, and no others', () => {
  const [before] = [deployment()];
  const [pinned] = pinImages([before], { order: 'r/shop/order@sha256:0' });
  assert.deepEqual(imageNames([pinned!]), ['r/shop/order@sha256:0', 'example/other:1']);
  assert.deepEqual(imageNames([before]), ['order', 'example/other:1'], 'the argument does not change');
});

test('a changed setting makes new pods, an equal one does not', () => {
  const mark = (data: Record<string, string>) => annotationOf(setConfigHash([configMap(data), deployment()]));
  assert.match(mark({ A: '1' }), /^[0-9a-f]{16}$/);
  assert.equal(mark({ A: '1' }), mark({ A: '1' }));
  assert.notEqual(mark({ A: '1' }), mark({ A: '2' }));
});

test('a mark that is there already, secrets included, stays', () => {
  const marked = deployment({ [ENVIRONMENT_ANNOTATION]: 'of settings and secrets' });
  assert.equal(annotationOf(setConfigHash([configMap({}), marked])), 'of settings and secrets');
});
