import type { KubeApi } from '../kube/kube-api.ts';
import { podRequest } from '../kube/pod-request.ts';
import type { Pod } from '../rollout/pod.ts';
import { parseMetrics } from './parse-metrics.ts';
import type { Scrape } from './traffic.ts';

/** What a service's process says of itself. Each part is missing when it does not answer. */
export type PodFacts = { failing?: { name: string; detail: string }[]; scrape?: Scrape; silence?: string };

type Health = { checks?: Record<string, { status: string; detail?: string }> };
type Container = { name: string; ports?: { name?: string; containerPort: number }[] };

/** Asks every running pod that has a management port; by the pod's name. */
export async function podFacts(api: KubeApi, namespace: string, pods: Pod[]): Promise<Map<string, PodFacts>> {
  const facts = await Promise.all(
    pods.map(async (pod): Promise<[string, PodFacts][]> => {
      const port = managementPort(pod);
      const isRunning = pod.status?.containerStatuses?.some(({ state }) => state?.running !== undefined) === true;
      if (port === undefined || !isRunning) return [];
      return [[pod.metadata.name, await askPod(api, namespace, pod.metadata.name, port)]];
    }),
  );
  return new Map(facts.flat());
}

async function askPod(api: KubeApi, namespace: string, pod: string, port: number): Promise<PodFacts> {
  const ask = (path: string) => podRequest(api, { namespace, pod, port, path });
  const [health, metrics] = await Promise.allSettled([ask('/healthz/ready'), ask('/metrics')]);
  const at = performance.now();
  return {
    ...(health.status === 'fulfilled'
      ? { failing: failingChecks(health.value.body) }
      : { silence: (health.reason as Error).message }),
    ...(metrics.status === 'fulfilled' ? { scrape: { at, samples: parseMetrics(metrics.value.body) } } : {}),
  };
}

function failingChecks(body: string): { name: string; detail: string }[] {
  const { checks = {} } = JSON.parse(body) as Health;
  return Object.entries(checks)
    .filter(([, { status }]) => status !== 'ok')
    .map(([name, { detail = 'fails' }]) => ({ name, detail }));
}

function managementPort({ spec }: Pod): number | undefined {
  const { containers = [] } = (spec ?? {}) as { containers?: Container[] };
  return containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === 'management')?.containerPort;
}
