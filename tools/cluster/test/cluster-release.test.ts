import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { clusterMinor, endOfSupport, releaseToCreate, requireRelease } from '../src/cluster/cluster-release.ts';
import type { ClusterState } from '../src/cluster/cluster-state.ts';
import { DEFAULT_RELEASE, findRelease, minorOf, type Release, SUPPORTED_RELEASES } from '../src/core/releases.ts';

const [newest = DEFAULT_RELEASE, before = DEFAULT_RELEASE] = SUPPORTED_RELEASES;

function cluster(state: 'half-made' | 'running' | 'stopped', image: string): ClusterState {
  return { state, nodes: [{ name: 'x-control-plane', running: state === 'running', image, startedAt: 0 }] };
}

const imageOf = ({ kubernetes }: Release): string => `slipway.local/kind-node:v${kubernetes}-0123456789ab`;

test('the minor of a cluster is read from its node image, official or from packages', () => {
  assert.equal(clusterMinor(cluster('running', imageOf(before))), minorOf(before.kubernetes));
  for (const release of SUPPORTED_RELEASES) {
    assert.equal(clusterMinor(cluster('stopped', release.kindNode)), minorOf(release.kubernetes));
  }
  assert.equal(clusterMinor(cluster('running', 'registry.example/own-node:latest')), undefined);
  assert.equal(clusterMinor({ state: 'absent' }), undefined);
});

test('a new cluster is of the default release, or of the one that is asked for', () => {
  assert.equal(releaseToCreate(undefined, { state: 'absent' }), DEFAULT_RELEASE);
  assert.equal(releaseToCreate(before, { state: 'absent' }), before);
});

test('a cluster that was created halfway stays of its release, unless another one is asked for', () => {
  const halfMade = cluster('half-made', imageOf(before));
  assert.equal(releaseToCreate(undefined, halfMade), before);
  assert.equal(releaseToCreate(undefined, cluster('half-made', before.kindNode)), before);
  assert.equal(releaseToCreate(newest, halfMade), newest);
  assert.equal(releaseToCreate(undefined, cluster('half-made', 'slipway.local/kind-node:v1.12.0-0')), DEFAULT_RELEASE);
});

test('an existing cluster of another release is refused, with both ways out', () => {
  const [wanted, existing] = [minorOf(newest.kubernetes), minorOf(before.kubernetes)];
  for (const state of ['running', 'stopped'] as const) {
    const found = cluster(state, imageOf(before));
    assert.throws(
      () => requireRelease(newest, found, 'x'),
      (error) =>
        error instanceof UserError &&
        error.message === `cluster x runs Kubernetes ${existing}, not ${wanted}` &&
        error.hint?.startsWith(`npm run cluster -- up --fresh --name x --kubernetes ${wanted} `) === true &&
        error.hint.includes('another --name'),
    );
    requireRelease(before, found, 'x');
    requireRelease(undefined, found, 'x');
  }
});

test('a patch of the same minor is no other release: official node images lag behind', () => {
  requireRelease(newest, cluster('running', `kindest/node:v${minorOf(newest.kubernetes)}.99@sha256:0`), 'x');
});

test('a running cluster out of support is told, a supported one is not', () => {
  const kept = findRelease('1.34');
  assert.ok(kept?.keptFor);
  assert.match(
    endOfSupport(cluster('running', imageOf(kept)), 'x') ?? '',
    /x runs Kubernetes 1\.34, .*without the volumes.*up --fresh --name x$/,
  );
  for (const release of SUPPORTED_RELEASES) {
    assert.equal(endOfSupport(cluster('running', imageOf(release)), 'x'), undefined);
  }
});
