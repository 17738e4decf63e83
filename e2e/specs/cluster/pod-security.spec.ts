import { kubectl } from '../../support/kubectl.ts';
import { target } from '../../support/target.ts';
import { expect, test } from '../../support/test.ts';

type PodSpec = { containers: { securityContext?: object }[]; [field: string]: unknown };
type Workload = { kind: string; metadata: { name: string }; spec: { template: { spec: PodSpec } } };

async function workloads(): Promise<Workload[]> {
  return (JSON.parse(await kubectl(['get', 'deployments,statefulsets', '-o', 'json'])) as { items: Workload[] }).items;
}

/** Asks the API server whether it would take a pod with this spec; stores nothing. */
async function dryRun(name: string, spec: PodSpec): Promise<string> {
  const overrides = JSON.stringify({ apiVersion: 'v1', spec });
  const flags = ['--image=any', '--restart=Never', '--dry-run=server', `--overrides=${overrides}`];
  return kubectl(['run', `dry-run-${name}`, ...flags, '-o', 'name']);
}

test('the namespace enforces, audits and warns restricted', async () => {
  const labels = await kubectl(['get', 'namespace', target.namespace, '-o', 'jsonpath={.metadata.labels}']);
  for (const mode of ['enforce', 'audit', 'warn']) {
    expect(JSON.parse(labels)).toMatchObject({ [`pod-security.kubernetes.io/${mode}`]: 'restricted' });
  }
});

test('the API server takes a pod of every workload as it is', async () => {
  const all = await workloads();
  expect(all.length).toBeGreaterThanOrEqual(7);
  for (const { metadata, spec } of all) {
    // The volume of a claim template exists only for the StatefulSet's own pods.
    const { volumes, ...pod } = spec.template.spec;
    const claims = [{ name: 'data', emptyDir: {} }];
    expect(await dryRun(metadata.name, { ...pod, volumes: [...((volumes ?? []) as object[]), ...claims] })).toContain(
      `dry-run-${metadata.name}`,
    );
  }
});

for (const [what, weaken] of [
  ['privileged', { privileged: true, allowPrivilegeEscalation: true }],
  ['with a capability more', { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }],
  ['as root', { runAsUser: 0, runAsNonRoot: false }],
] as const) {
  test(`the API server refuses the order’s pod once it is ${what}`, async () => {
    const { template } = (await workloads()).find(({ metadata }) => metadata.name === 'order')!.spec;
    const [app, ...rest] = template.spec.containers;
    const weak = { ...app, securityContext: { ...app!.securityContext, ...weaken } };
    await expect(dryRun('weak', { ...template.spec, containers: [weak, ...rest] })).rejects.toThrow(
      /violates PodSecurity "restricted/,
    );
  });
}

test('every container runs with a read-only root, numeric ids above 10000, limits, and no token', async () => {
  for (const { metadata, spec } of await workloads()) {
    const { securityContext, automountServiceAccountToken, serviceAccountName, initContainers, containers } = spec
      .template.spec as PodSpec & {
      securityContext: { runAsUser: number; runAsGroup: number };
      initContainers?: PodSpec['containers'];
    };
    expect(securityContext.runAsUser, metadata.name).toBeGreaterThan(10_000);
    expect(securityContext.runAsGroup, metadata.name).toBeGreaterThan(10_000);
    expect(automountServiceAccountToken, metadata.name).toBe(false);
    expect(serviceAccountName).toBe(metadata.name);
    for (const container of [...(initContainers ?? []), ...containers]) {
      expect(container, metadata.name).toMatchObject({
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
        resources: {
          requests: { memory: expect.any(String), 'ephemeral-storage': expect.any(String) },
          limits: { memory: expect.any(String), 'ephemeral-storage': expect.any(String) },
        },
      });
    }
  }
});
