import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';
import { platformDefaults } from '../../src/manifests/defaults/platform-defaults.ts';

type Ports = { name?: string; port?: number; containerPort?: number; targetPort?: string }[];
type Spec = {
  serviceName: string;
  clusterIP?: string;
  selector: Record<string, string>;
  ports: Ports;
  template: { metadata: { labels: Record<string, string> }; spec: { containers: { ports?: Ports }[] } };
};
const root = join(import.meta.dirname, '../../../..');
const written = globSync('deploy/{base,components}/**/*.yaml', { cwd: root }).flatMap((path) =>
  parseAllDocuments(readFileSync(join(root, path), 'utf8')).map((document) => document.toJS() as KubernetesObject),
);
const made = platformDefaults(
  'shop',
  { name: 'cart', root: 'apps/cart', configFile: 'apps/cart/src/config.ts', keys: [], calls: [], hasDatabase: true },
  [],
  'builtin',
);
const specOf = ({ spec }: KubernetesObject) => spec as Spec;

for (const [where, objects] of Object.entries({ written, made })) {
  const sets = objects.filter(({ kind }) => kind === 'StatefulSet');
  for (const set of sets) {
    test(`the Service of StatefulSet ${set.metadata.name} (${where}) is headless, and fits its pods`, () => {
      const { serviceName, template } = specOf(set);
      const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === serviceName);
      assert.ok(service, `Service ${serviceName} exists`);
      const { clusterIP, selector, ports } = specOf(service);
      assert.equal(clusterIP, 'None');
      for (const [label, value] of Object.entries(selector)) assert.equal(template.metadata.labels[label], value);
      const open = template.spec.containers.flatMap(({ ports: own = [] }) => own);
      // A headless Service translates no port: clients meet the container's.
      for (const { port, targetPort } of ports) {
        assert.equal(open.find(({ name }) => name === targetPort)?.containerPort, port);
      }
    });
  }
  test(`there are StatefulSets to look at (${where})`, () => assert.ok(sets.length > 0));
}

test('the Services of Deployments keep an address of their own', () => {
  const service = made.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'cart')!;
  assert.equal(specOf(service).clusterIP, undefined);
});
