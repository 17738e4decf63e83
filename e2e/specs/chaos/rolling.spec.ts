import { kubectl } from '../../support/kubectl.ts';
import { pods } from '../../support/pods.ts';
import { scale, settled, withTwoReplicas } from '../../support/replicas.ts';
import { services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';
import { expectNone, underLoad } from '../../support/under-load.ts';

const rounds = 5;

withTwoReplicas();

/** None of the requests may fail meanwhile. */
async function unfelt(adminToken: string, disrupt: () => Promise<void>): Promise<void> {
  const report = await underLoad(adminToken, disrupt);
  expectNone(report.failures, report, 'requests failed');
}

test('@short every service restarts at once', async ({ adminToken }) => {
  await unfelt(adminToken, async () => {
    await kubectl(['rollout', 'restart', ...services.map((service) => `deploy/${service}`)]);
    await settled();
  });
});

for (const service of services) {
  test(`${service} restarts, ${rounds} times`, async ({ adminToken }) => {
    await unfelt(adminToken, async () => {
      for (let round = 0; round < rounds; round++) {
        await kubectl(['rollout', 'restart', `deploy/${service}`]);
        await settled();
      }
    });
  });

  test(`${service} is scaled from one to four and back`, async ({ adminToken }) => {
    await scale(service, 1);
    await settled();
    await unfelt(adminToken, async () => {
      await scale(service, 4);
      await settled();
      await scale(service, 1);
      await expect.poll(() => podCount(service), { timeout: 60_000 }).toBe(1);
    });
    await scale(service, 2);
    await settled();
  });

  test(`a pod of ${service} is deleted`, async ({ adminToken }) => {
    const [pod] = await pods(service);
    await unfelt(adminToken, async () => {
      await kubectl(['delete', `pod/${pod?.metadata.name}`, '--timeout=60s'], 70_000);
      await settled();
    });
  });
}

test('a worker is drained', async ({ adminToken }) => {
  const nodes = JSON.parse(await kubectl(['get', 'nodes', '-o', 'json'])) as { items: { metadata: Node }[] };
  const workers = nodes.items.map(({ metadata }) => metadata).filter(({ labels }) => !(controlPlane in labels));
  test.skip(workers.length < 2, 'this takes two workers: the pods must have somewhere to go');
  const homes = new Set((await Promise.all(services.map(pods))).flat().map(({ spec }) => spec.nodeName));
  const name = workers.find((worker) => homes.has(worker.name))?.name ?? '';
  // Those of Deployments: a database cannot leave the node that has its volume; production's are elsewhere.
  const selector = `--pod-selector=pod-template-hash,app.kubernetes.io/name in (${services.join(',')})`;
  const drain = ['drain', name, selector, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s'];
  try {
    await unfelt(adminToken, async () => {
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
