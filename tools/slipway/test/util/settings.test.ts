import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { readSettings } from '../../src/util/workspace/settings.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-settings-'));
mkdirSync(join(root, 'deploy'));
after(() => rmSync(root, { recursive: true }));

function write(name: string | undefined, options: object | undefined, kind = 'name: dev\n'): void {
  const plugin = options === undefined ? 'slipway' : { plugin: 'slipway', options };
  writeFileSync(join(root, 'nx.json'), JSON.stringify({ plugins: [plugin] }));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name }));
  writeFileSync(join(root, 'deploy/kind.yaml'), `kind: Cluster\n${kind}`);
}

test('the namespace is the plugin’s option, else derived from the workspace’s name, and never default', () => {
  write('@acme/source', { namespace: 'shop' });
  assert.equal(readSettings(root, '').stack, 'shop');
  for (const options of [undefined, {}]) {
    write('@acme/Shop.Backend', options);
    assert.equal(readSettings(root, '').stack, 'acme-shop-backend');
  }
  assert.equal(readSettings(root, '').workspace, '@acme/Shop.Backend');
});

test('nx.json is read as Nx reads it: comments, commas at the end, a byte order mark', () => {
  write('acme', undefined);
  const text =
    '// ours\n{ "plugins": [\n{ "plugin": "slipway", /* why */ "options": { "namespace": "shop", }, },\n], }';
  for (const said of [text, `\uFEFF${text}`, text.replaceAll('\n', '\r\n')]) {
    writeFileSync(join(root, 'nx.json'), said);
    assert.equal(readSettings(root, '').stack, 'shop');
  }
});

test('an nx.json that is none, or an option of a wrong type, is told at its place', () => {
  write('acme', undefined);
  writeFileSync(join(root, 'nx.json'), '{\n "plugins": [\n "slipway" "other"\n]}');
  assert.throws(() => readSettings(root, ''), {
    file: join(root, 'nx.json'),
    line: 3,
    message: /is not JSON: comma expected/,
  });
  for (const [options, message] of [
    [{ namespace: 5 }, 'must be a string, not 5'],
    [{ services: 'apps/*' }, 'must be a list of globs, not "apps/*"'],
    [{ targetNames: { image: false } }, 'must be a map of names, not {"image":false}'],
  ] as const) {
    write('acme', options);
    const [name] = Object.keys(options);
    assert.throws(
      () => readSettings(root, ''),
      (error: Error) => error.message.includes(`nx.json plugins.slipway.options.${name}: ${message}`),
    );
  }
});

test('a namespace that the cluster lives in, or that Kubernetes does not take, is refused at its key', () => {
  const refused = [
    'default',
    'kube-system',
    'kube-public',
    'local-path-storage',
    'cert-manager',
    'openshift-monitoring',
  ];
  for (const namespace of [...refused, 'Shop', '-shop', 'a'.repeat(64), '']) {
    write('acme', { namespace });
    assert.throws(
      () => readSettings(root, ''),
      (error) => error instanceof ValidationError && error.problems[0]?.key === 'plugins.slipway.options.namespace',
      namespace,
    );
  }
  for (const name of ['default', '@', undefined]) {
    write(name, undefined);
    assert.throws(() => readSettings(root, ''), /nx\.json plugins\.slipway\.options\.namespace/);
  }
  for (const namespace of ['defaults', 'my-kube-shop', 'booking-system', 'shop2']) {
    write('acme', { namespace });
    assert.equal(readSettings(root, '').stack, namespace);
  }
});

test('the cluster is that of the environment, else of deploy/kind.yaml, else kind’s own default', () => {
  write('acme', {});
  assert.deepEqual(pick(readSettings(root, 'two')), { cluster: 'two', defaultCluster: 'dev' });
  assert.deepEqual(pick(readSettings(root, '')), { cluster: 'dev', defaultCluster: 'dev' });
  write('acme', {}, '');
  assert.deepEqual(pick(readSettings(root, '')), { cluster: 'kind', defaultCluster: 'kind' });
});

function pick({ cluster, defaultCluster }: { cluster: string; defaultCluster: string }) {
  return { cluster, defaultCluster };
}
