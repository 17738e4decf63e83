import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContainers } from '../src/cluster/cluster-state.ts';
import { formatSeconds } from '../src/core/steps.ts';
import { programOf } from '../src/images/node/control-plane-images.ts';
import { parseDefaultStorage } from '../src/images/node/kind-sources.ts';
import { mirrorIn } from '../src/packages/debian/debian-mirror.ts';

test('node containers: names without slash, sorted, with state and start', () => {
  const lines = '/x-worker\tfalse\timg\t2026-01-01T00:00:00Z\n/x-control-plane\ttrue\timg\t2026-01-01T00:00:01.5Z\n';
  assert.deepEqual(parseContainers(lines), [
    { name: 'x-control-plane', running: true, image: 'img', startedAt: Date.UTC(2026, 0, 1, 0, 0, 1, 500) },
    { name: 'x-worker', running: false, image: 'img', startedAt: Date.UTC(2026, 0, 1) },
  ]);
  assert.deepEqual(parseContainers(''), []);
});

test('the mirror is the main archive of Debian, not its security archive nor that of another distribution', () => {
  const targets = [
    'Packages|Debian|Debian-Security|main|http://mirror.example/debian-security/',
    'Packages|Ubuntu|Ubuntu|main|http://mirror.example/ubuntu/',
    'DEP-11|Debian|Debian|main|http://mirror.example/wrong/',
    'Packages|Debian|Debian|main|http://mirror.example/debian/',
  ].join('\n');
  assert.equal(mirrorIn(targets), 'http://mirror.example/debian');
  assert.equal(mirrorIn('Packages|Ubuntu|Ubuntu|main|http://mirror.example/ubuntu/'), undefined);
});

test('the program of an image', () => {
  assert.equal(programOf('registry.k8s.io/coredns/coredns:v1.12.1'), 'coredns');
  assert.equal(programOf('registry.k8s.io/pause:3.10.1'), 'pause');
});

test('the storage manifest is read from the Go source of kind', () => {
  const source =
    'package x\nconst storageProvisionerImage = "a/provisioner:1"\nconst storageHelperImage = "a/helper:2"\n' +
    'const defaultStorageManifest = `\nimage: ` + storageProvisionerImage + `\nhelper: ` + storageHelperImage + `\nend\n`\nvar y = `z`\n';
  assert.deepEqual(parseDefaultStorage(source, 'f.go'), {
    manifest: '\nimage: a/provisioner:1\nhelper: a/helper:2\nend\n',
    provisionerImage: 'a/provisioner:1',
    helperImage: 'a/helper:2',
  });
  assert.throws(() => parseDefaultStorage('package x', 'f.go'), /f\.go has no constant storageProvisionerImage/);
});

test('durations', () => {
  assert.deepEqual([0.4, 59.4, 59.6, 125].map(formatSeconds), ['0 s', '59 s', '1:00 min', '2:05 min']);
});
