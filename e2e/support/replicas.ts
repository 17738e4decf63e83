import { kubectl } from './kubectl.ts';
import { services } from './services.ts';
import { test } from './test.ts';

const rolloutMs = 180_000;

/** Waits until the pods of every service are those of its last change, and ready. */
export async function settled(): Promise<void> {
  for (const service of services)
    await kubectl(['rollout', 'status', `deploy/${service}`, `--timeout=${rolloutMs / 1000}s`], rolloutMs + 10_000);
}

export async function scale(service: string, replicas: number): Promise<void> {
  await kubectl(['scale', `deploy/${service}`, `--replicas=${replicas}`]);
}

/** For the specs of this file every service has two replicas at least; afterwards as many as before. */
export function withTwoReplicas(): void {
  const before = new Map<string, number>();
  test.beforeAll(async () => {
    for (const service of services) {
      const replicas = Number(await kubectl(['get', `deploy/${service}`, '-o', 'jsonpath={.spec.replicas}']));
      before.set(service, replicas);
      if (replicas < 2) await scale(service, 2);
    }
    await settled();
  });
  test.afterAll(async () => {
    for (const [service, replicas] of before) await scale(service, replicas);
    await settled();
  });
}
