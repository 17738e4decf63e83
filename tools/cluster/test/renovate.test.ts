import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EX_UNAVAILABLE, EX_USAGE } from '@slipway/util/errors';
import { alignGoMod, releaseGoMod, requirements } from '../scripts/renovate/go-mod.ts';
import { PINS, withPin } from '../scripts/renovate/pins.ts';
import { withRelease } from '../scripts/renovate/rows.ts';
import { openApiPaths } from '../scripts/renovate/schema.ts';
import { parseUpstream, type Upstream } from '../scripts/renovate/upstream.ts';
import { closestVersion, compareVersions, newestMinors } from '../scripts/renovate/versions.ts';
import { goDir, packageDir } from '../src/core/paths.ts';
import { DEFAULT_RELEASE, type Release, RELEASES, SUPPORTED_RELEASES } from '../src/core/releases.ts';
import { goModFile } from '../src/packages/go/build-module.ts';
import { kubernetesModule } from '../src/packages/go/go-modules.ts';

const root = join(packageDir, '..', '..');
const goModOf = (release: Release): string => readFileSync(goModFile(kubernetesModule(release)), 'utf8');

/** As the sources of a release say it, taken back from what was made of them. */
function upstreamOf(release: Release): Upstream {
  const goMod = goModOf(release);
  const staging = [...goMod.matchAll(/^\t(\S+) => /gm)].map(([, path = '']) => path);
  return {
    folder: '',
    go: /^go (\S+)$/m.exec(goMod)?.[1] ?? '',
    staging,
    etcd: release.etcd,
    coredns: release.coredns,
  };
}

function release(kubernetes: string, keptFor?: string): Release {
  const row = { kubernetes, kind: '0.1.0', etcd: '3.1.0', coredns: '1.1.0', kindNode: `kindest/node:v${kubernetes}` };
  return keptFor === undefined ? row : { ...row, keptFor };
}

test('what go mod tidy starts from is what the committed modules require and replace', () => {
  for (const row of RELEASES) {
    const [start, committed] = [releaseGoMod(row, upstreamOf(row)), goModOf(row)];
    for (const [path, version] of requirements(start)) assert.equal(requirements(committed).get(path), version, path);
    assert.equal(/^replace \([^)]*\)/m.exec(start)?.[0], /^replace \([^)]*\)/m.exec(committed)?.[0]);
    assert.equal(start.split('\n')[0], committed.split('\n')[0]);
  }
});

test('the modules that share packages are aligned already: to align them changes nothing', () => {
  for (const name of ['kube-router', 'local-path-provisioner', 'metrics-server']) {
    const text = readFileSync(join(goDir, name, 'go.mod'), 'utf8');
    assert.equal(alignGoMod(text, goModOf(DEFAULT_RELEASE), DEFAULT_RELEASE, upstreamOf(DEFAULT_RELEASE)), text, name);
  }
});

test('to align moves shared paths and staging modules, and nothing else', () => {
  const goMod = `module x

go 1.24.0

require example.org/only-here v0.5.0

require (
	example.org/shared v1.0.0 // indirect
	k8s.io/api v0.36.0
)

replace (
	k8s.io/api => k8s.io/api v0.36.0
	k8s.io/gone => k8s.io/gone v0.36.0
)
`;
  const releaseMod = 'require (\n\texample.org/shared v1.2.0 // indirect\n\tk8s.io/api v0.37.2 // indirect\n)\n';
  const upstream = { folder: '', go: '1.26.0', staging: ['k8s.io/api', 'k8s.io/new'], etcd: '', coredns: '' };
  const expected = goMod
    .replace('1.24.0', '1.26.0')
    .replace('shared v1.0.0', 'shared v1.2.0')
    .replaceAll('v0.36.0', 'v0.37.2')
    .replaceAll('k8s.io/gone', 'k8s.io/new');
  assert.equal(alignGoMod(goMod, releaseMod, release('1.37.2'), upstream), expected);
});

test('every place that repeats a version has the version of the releases', () => {
  const today = { supported: SUPPORTED_RELEASES, go: upstreamOf(DEFAULT_RELEASE).go };
  for (const pin of PINS) {
    const text = readFileSync(join(root, pin.file), 'utf8');
    assert.equal(withPin(text, pin, today), text, pin.file);
    const later = { supported: [release('1.99.1'), release('1.98.1')], go: '1.99.0' };
    assert.notEqual(withPin(text, pin, later), text, pin.file);
    assert.throws(() => withPin('', pin, today), /adapt pins\.ts/);
  }
});

test('the schema of fragments is of the default release', () => {
  const file = join(root, 'tools/slipway/src/manifests/schema/kubernetes.schema.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  assert.equal(version, `v${DEFAULT_RELEASE.kubernetes}`);
});

test('the API server describes a kind under its group', () => {
  const paths = ['api/v1', 'apis/apps/v1', 'apis/networking.k8s.io/v1'];
  assert.deepEqual(openApiPaths(['apps/v1 Deployment', 'v1 Pod', 'v1 Secret', 'networking.k8s.io/v1 Ingress']), paths);
});

test('a new minor comes first and drives the oldest supported one out; what is kept stays', () => {
  const rows = [release('1.37.2'), release('1.36.3'), release('1.35.4'), release('1.34.4', 'a benchmark')];
  const versions = (added: Release) => withRelease(rows, added).map(({ kubernetes }) => kubernetes);
  assert.deepEqual(versions(release('1.38.0')), ['1.38.0', '1.37.2', '1.36.3', '1.34.4']);
  assert.deepEqual(versions(release('1.36.10')), ['1.37.2', '1.36.10', '1.35.4', '1.34.4']);
  assert.deepEqual(versions(release('1.34.9', 'a benchmark')), ['1.37.2', '1.36.3', '1.35.4', '1.34.9']);
  assert.throws(() => withRelease(rows, release('1.33.1')), /1\.33\.1 is older than the 3 supported minors/);
});

test('versions compare by number', () => {
  assert.deepEqual(['1.10.0', '1.9.9', '1.9.10'].sort(compareVersions), ['1.9.9', '1.9.10', '1.10.0']);
  assert.equal(compareVersions('1.2.3', '1.2.3'), 0);
});

test('a component is what kubeadm was tested with, or the next one there is; a newer patch in use stays', () => {
  const available = ['3.6.8', '3.7.0', '3.7.3', '3.8.0'];
  assert.equal(closestVersion('3.7.0', available), '3.7.0');
  assert.equal(closestVersion('3.7.1', available), '3.7.3');
  assert.equal(closestVersion('3.7.0', available, '3.7.2'), '3.7.2');
  assert.equal(closestVersion('3.7.3', available, '3.7.2'), '3.7.3');
  assert.equal(closestVersion('3.8.0', available, '3.7.2'), '3.8.0');
  assert.equal(closestVersion('3.9.0', available), undefined);
});

test('without versions, the newest patches of the newest minors are meant', () => {
  assert.deepEqual(newestMinors(['1.34.11', '1.35.4', '1.36.10', '1.36.9', '1.37.2', '1.35.10'], 3), [
    '1.37.2',
    '1.36.10',
    '1.35.10',
  ]);
});

test('the sources of Kubernetes name Go, the staging modules, etcd and CoreDNS', () => {
  const goMod = 'go 1.26.0\n\nreplace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tx.org/y => x.org/z v1.0.0\n)\n';
  const constants = '\tDefaultEtcdVersion = "3.7.0-0"\n\tCoreDNSVersion = "v1.14.6"\n';
  const expected = { go: '1.26.0', staging: ['k8s.io/api'], etcd: '3.7.0', coredns: '1.14.6' };
  assert.deepEqual(parseUpstream(goMod, constants), expected);
  assert.throws(() => parseUpstream(goMod, ''), /DefaultEtcdVersion.*adapt upstream\.ts/);
});

const main = join(packageDir, 'scripts', 'renovate', 'main.ts');

test('without Go, that is what it says', () => {
  for (const args of [[], ['1.38.0'], ['--schema']]) {
    const env = { PATH: '/nonexistent' };
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' });
    assert.equal(status, EX_UNAVAILABLE, stderr);
    assert.match(stderr, /no go is on the PATH/);
  }
});

test('the help fits a terminal', () => {
  const { status, stdout } = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
  assert.equal(status, 0);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 120, line);
});

test('a wrong word is a usage error that names it', () => {
  for (const [args, message] of [
    [['1.38'], /not "1\.38"/],
    [['v1.38.0'], /not "v1\.38\.0"/],
    [['1.38.0', '--kind', 'latest'], /kind .*not "latest"/],
    [['--node-image', 'kindest/node:v1.38.0'], /--node-image is for one VERSION/],
    [['1.38.0', '--schema'], /--schema stands alone/],
    [['--explode'], /--explode/],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
    assert.equal(status, EX_USAGE, stderr);
    assert.match(stderr, message);
  }
});
