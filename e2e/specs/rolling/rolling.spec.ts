import { kubectl } from '../../support/kubectl.ts';
import { pods } from '../../support/pods.ts';
import { services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';
import { underLoad } from '../../support/under-load.ts';

const rolloutMs = 180_000;
const replicasBefore = new Map<string, number>();

async function settled(): Promise<void> {
  for (const service of services)
    await kubectl(['rollout', 'status', `deploy/${service}`, `--timeout=${rolloutMs / 1000}s`], rolloutMs + 10_000);
}

async function scale(service: string, replicas: number): Promise<void> {
  await kubectl(['scale', `deploy/${service}`, `--replicas=${replicas}`]);
}

test.beforeAll(async () => {
  for (const service of services) {
    const replicas = Number(await kubectl(['get', `deploy/${service}`, '-o', 'jsonpath={.spec.replicas}']));
    replicasBefore.set(service, replicas);
    if (replicas < 2) await scale(service, 2);
  }
  await settled();
});

test.afterAll(async () => {
  for (const [service, replicas] of replicasBefore) await scale(service, replicas);
  await settled();
});

test('@short every service restarts at once, at two replicas', async ({ shop, customer }) => {
  await underLoad(shop, customer, async () => {
    await kubectl(['rollout', 'restart', ...services.map((service) => `deploy/${service}`)]);
    await settled();
  });
});

for (const service of services) {
  test(`${service} restarts, at two replicas`, async ({ shop, customer }) => {
    await underLoad(shop, customer, async () => {
      await kubectl(['rollout', 'restart', `deploy/${service}`]);
      await settled();
    });
  });

  test(`${service} is scaled from one to four and back`, async ({ shop, customer }) => {
    await scale(service, 1);
    await settled();
    await underLoad(shop, customer, async () => {
      await scale(service, 4);
      await settled();
      await scale(service, 1);
      await expect.poll(() => podCount(service), { timeout: 60_000 }).toBe(1);
    });
    await scale(service, 2);
    await settled();
  });

  test(`a pod of ${service} is deleted`, async ({ shop, customer }) => {
    const [pod] = await pods(service);
    await underLoad(shop, customer, async () => {
      await kubectl(['delete', `pod/${pod?.metadata.name}`, '--timeout=60s'], 70_000);
      await settled();
    });
  });
}

test('a worker is drained', async ({ shop, customer }) => {
  const nodes = JSON.parse(await kubectl(['get', 'nodes', '-o', 'json'])) as { items: { metadata: Node }[] };
  const workers = nodes.items.map(({ metadata }) => metadata).filter(({ labels }) => !(controlPlane in labels));
  test.skip(workers.length < 2, 'this takes two workers: the pods must have somewhere to go');
  const homes = new Set((await Promise.all(services.map(pods))).flat().map(({ spec }) => spec.nodeName));
  const name = workers.find((worker) => homes.has(worker.name))?.name ?? '';
  // Those of Deployments: a database cannot leave the node that has its volume; production's are elsewhere.
  const selector = `--pod-selector=pod-template-hash,app.kubernetes.io/name in (${services.join(',')})`;
  const drain = ['drain', name, selector, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s'];
  try {
    await underLoad(shop, customer, async () => {
      await kubectl(drain, 130_000);
      await settled();
    });
  } finally {
    await kubectl(['uncordon', name]);
  }
});

type Node = { name: string; labels: Record<string, string> };
const controlPlane = 'node-role.kubernetes.io/control-plane';

/** Those that are on their way out included. */
async function podCount(service: string): Promise<number> {
  const names = await kubectl(['get', 'pods', '--selector', `app.kubernetes.io/name=${service}`, '-o', 'name']);
  return names.trim().split('\n').length;
}
