import { kubectl } from '../../support/kubectl.ts';
import { pods } from '../../support/pods.ts';
import { type Endpoint, probeInside } from '../../support/probe-inside.ts';
import { databaseOwners, managementPort, services } from '../../support/services.ts';
import { target } from '../../support/target.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

const PUBLIC_PORT = 8080;
const POSTGRES_PORT = 5432;
/** Every endpoint of the stack, by `workload:port`; the pods' own addresses, so that no Service stands between. */
let endpoints: Record<string, Endpoint>;
/** The endpoints that each service may reach, written by hand. */
const EDGES: Record<(typeof services)[number], string[]> = {
  gateway: ['user:http', 'product:http', 'order:http'],
  user: ['user-db:postgres'],
  product: ['user:http', 'product-db:postgres'],
  order: ['user:http', 'product:http', 'order-db:postgres'],
};

test.beforeAll(async () => {
  const addressOf = async (workload: string) => (await pods(workload))[0]!.status.podIP!;
  endpoints = {};
  for (const service of services) {
    const host = await addressOf(service);
    endpoints[`${service}:http`] = { host, port: PUBLIC_PORT };
    endpoints[`${service}:management`] = { host, port: managementPort };
  }
  for (const owner of databaseOwners) {
    endpoints[`${owner}-db:postgres`] = { host: await addressOf(`${owner}-db`), port: POSTGRES_PORT };
  }
});

/** The endpoints that the pod reaches. */
async function reachableFrom(pod: string, names: string[], namespace?: string): Promise<string[]> {
  const outcomes = await probeInside(
    pod,
    names.map((name) => endpoints[name]!),
    namespace,
  );
  for (const outcome of outcomes) expect(['reachable', 'blocked']).toContain(outcome);
  return names.filter((_, index) => outcomes[index] === 'reachable').sort();
}

for (const service of services) {
  test(`${service} reaches what its service spec names, and no other pod of the stack`, async () => {
    // The gateway is reachable by all on kind, where it is a NodePort; but others' egress is not.
    const others = Object.keys(endpoints).filter((name) => !name.startsWith(`${service}:`));
    expect(await reachableFrom(`deploy/${service}`, others)).toEqual([...EDGES[service]].sort());
  });
}

test('a pod of another namespace, with the labels of the gateway, reaches the public port alone', async () => {
  const namespace = unique('e2e-other-pod');
  const image = await kubectl(['get', 'deployment', 'gateway', '-o', 'jsonpath={..containers[0].image}']);
  const restricted = ['enforce', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
  await kubectl(['create', 'namespace', namespace]);
  try {
    await kubectl(['label', 'namespace', namespace, ...restricted]);
    await kubectl(['--namespace', namespace, 'run', 'other-pod', ...otherPodArguments(image)]);
    await kubectl(
      ['--namespace', namespace, 'wait', '--for=condition=Ready', 'pod/other-pod', '--timeout=60s'],
      70_000,
    );
    expect(await reachableFrom('other-pod', Object.keys(endpoints), namespace)).toEqual(['gateway:http']);
  } finally {
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  }
});

/** What `kubectl run` needs for a pod that meets `restricted` and only waits. */
function otherPodArguments(image: string): string[] {
  const spec = {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image,
        command: ['node', '--eval', 'setInterval(() => undefined, 60_000)'],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  };
  return [
    `--image=${image}`,
    '--restart=Never',
    `--labels=app.kubernetes.io/name=gateway,app.kubernetes.io/part-of=${target.namespace}`,
    `--overrides=${JSON.stringify({ apiVersion: 'v1', spec })}`,
  ];
}
