import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EX_USAGE, UserError } from '@slipway/util/errors';
import { parseOptions } from '../src/cli/options.ts';
import { minorOf, RELEASES } from '../src/core/releases.ts';

test('defaults', () => {
  assert.deepEqual(parseOptions(['up']), {
    command: 'up',
    install: false,
    fresh: false,
    json: false,
    name: 'slipway',
    nodes: undefined,
    kubernetes: undefined,
    images: 'auto',
    file: '',
    with: undefined,
  });
});

test('every option is read', () => {
  const given = parseOptions([
    'up',
    '--install',
    '--fresh',
    '--nodes',
    '3',
    '--images=packages',
    '--name',
    'ci-1',
    '--json',
  ]);
  assert.deepEqual(given, {
    command: 'up',
    install: true,
    fresh: true,
    json: true,
    name: 'ci-1',
    nodes: 3,
    kubernetes: undefined,
    images: 'packages',
    file: '',
    with: undefined,
  });
  for (const name of ['prometheus', 'kubectl']) assert.equal(parseOptions(['images', '--with', name]).with, name);
  assert.equal(parseOptions(['add', 'metrics']).command, 'add');
  assert.equal(parseOptions(['import', '/x/a.tar']).file, '/x/a.tar');
});

test('a release of Kubernetes is named by its minor or by its version', () => {
  for (const release of RELEASES) {
    const version = release.kubernetes;
    for (const text of [minorOf(version), version, `v${version}`]) {
      assert.equal(parseOptions(['up', '--kubernetes', text]).kubernetes, release);
    }
  }
});

test('no command, help and --help all mean help', () => {
  for (const argv of [[], ['help'], ['--help'], ['up', '-h']]) assert.equal(parseOptions(argv).command, 'help');
});

test('a wrong word is a usage error that names it', () => {
  const wrong: Array<[string[], RegExp]> = [
    [['explode'], /explode/],
    [['up', 'twice'], /twice/],
    [['up', '--node'], /--node/],
    [['add'], /add takes "metrics"/],
    [['add', 'logs'], /not "logs"/],
    [['add', 'metrics', 'twice'], /twice/],
    [['export'], /export takes a file/],
    [['import', 'a', 'b'], /unexpected argument "b"/],
    [['images', '--with', 'grafana'], /not "grafana"/],
    [['up', '--nodes', '0'], /1 to 9, not "0"/],
    [['up', '--nodes', '2.5'], /not "2\.5"/],
    [['up', '--nodes', '10'], /not "10"/],
    [['up', '--kubernetes', '1.12'], /takes 1\.\d+, 1\.\d+ or 1\.\d+, not "1\.12"/],
    [['up', '--kubernetes', '1.37.99'], /not "1\.37\.99"/],
    [['up', '--kubernetes', '1'], /not "1"/],
    [['up', '--images', 'docker'], /auto, official, packages/],
    [['down', '--name', 'a/b'], /a\/b/],
    [['down', '--name', ''], /--name ""/],
  ];
  for (const [argv, message] of wrong) {
    assert.throws(
      () => parseOptions(argv),
      (error) => error instanceof UserError && error.exitCode === EX_USAGE && message.test(error.message),
      argv.join(' '),
    );
  }
});
