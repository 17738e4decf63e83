import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { parse } from 'yaml';
import { deriveKindConfig, readKindConfig, type KindConfig } from '../src/cluster/kind-config.ts';

const committed: KindConfig = {
  kind: 'Cluster',
  apiVersion: 'kind.x-k8s.io/v1alpha4',
  networking: { apiServerAddress: '127.0.0.1' },
  nodes: [
    {
      role: 'control-plane',
      extraPortMappings: [{ containerPort: 30080, hostPort: 30080, listenAddress: '127.0.0.1' }],
    },
  ],
};

function derive(options: Partial<Parameters<typeof deriveKindConfig>[1]>, from = committed): KindConfig {
  return parse(
    deriveKindConfig(from, {
      name: 'slipway',
      nodes: undefined,
      source: 'official',
      acceptCgroupV1: false,
      ...options,
    }),
  ) as KindConfig;
}

const roles = (config: KindConfig): string[] => (config.nodes ?? []).map(({ role }) => role);

test('official images and no options: the committed file unchanged', () => {
  assert.deepEqual(derive({}), committed);
});

test('with images from packages, the network of kind is off', () => {
  assert.deepEqual(derive({ source: 'packages' }).networking, {
    apiServerAddress: '127.0.0.1',
    disableDefaultCNI: true,
  });
});

test('the kubelet is told to start on cgroup v1, and the patches of the file stay', () => {
  const patch = 'kind: ClusterConfiguration\n';
  const { kubeadmConfigPatches: patches } = derive(
    { acceptCgroupV1: true },
    { ...committed, kubeadmConfigPatches: [patch] },
  );
  assert.equal(patches?.length, 2);
  assert.equal(patches[0], patch);
  assert.deepEqual(parse(patches[1] ?? ''), { kind: 'KubeletConfiguration', failCgroupV1: false });
});

test('--nodes adds or removes workers, and never the control plane', () => {
  assert.deepEqual(roles(derive({ nodes: 3 })), ['control-plane', 'worker', 'worker']);
  assert.deepEqual(roles(derive({ nodes: 1 })), ['control-plane']);
  const three = { ...committed, nodes: [...(committed.nodes ?? []), { role: 'worker' }, { role: 'worker' }] };
  assert.deepEqual(roles(derive({}, three)), ['control-plane', 'worker', 'worker']);
  assert.deepEqual(roles(derive({ nodes: 2 }, three)), ['control-plane', 'worker']);
  assert.deepEqual(roles(derive({ nodes: 1 }, three)), ['control-plane']);
});

test('a cluster of another name gets free host ports', () => {
  assert.equal(derive({ name: 'second' }).nodes?.[0]?.extraPortMappings?.[0]?.hostPort, 0);
  assert.equal(committed.nodes?.[0]?.extraPortMappings?.[0]?.hostPort, 30080);
});

test('the committed deploy/kind.yaml maps the gateway to this machine only', async () => {
  const [node] = (await readKindConfig()).nodes ?? [];
  const mapping = node?.extraPortMappings?.find(({ containerPort }) => containerPort === 30080);
  assert.deepEqual([mapping?.hostPort, mapping?.listenAddress], [30080, '127.0.0.1']);
});

test('a missing file is named, with a hint', async () => {
  await assert.rejects(
    readKindConfig('/nowhere/kind.yaml'),
    (error) =>
      error instanceof UserError &&
      /\/nowhere\/kind\.yaml.* cannot be read \(ENOENT\)$/.test(error.message) &&
      error.hint === 'restore it: git checkout /nowhere/kind.yaml',
  );
});

test('broken YAML is named by file and line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kind-config-'));
  const file = join(folder, 'kind.yaml');
  writeFileSync(file, 'kind: Cluster\nnodes: [\n');
  await assert.rejects(
    readKindConfig(file),
    (error) => error instanceof UserError && error.file === file && (error.line ?? 0) >= 2,
  );
  rmSync(folder, { recursive: true });
});
