import { messageOf } from '@slipway/util/errors';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { podRequest } from '../../kubernetes/client/pod-request.ts';
import { type FailingCheck, failingChecks, managementPort } from '../../kubernetes/rollout/failing-checks.ts';
import type { Pod } from '../../kubernetes/rollout/pod.ts';
import { parseMetrics } from './parse-metrics.ts';
import type { Scrape } from './traffic.ts';

/** What a service's process says of itself. Each part is missing when it does not answer. */
export type PodFacts = { failing?: FailingCheck[]; scrape?: Scrape; silence?: string };

/** Asks every running pod that has a management port; by the pod's name. */
export async function podFacts(api: KubeApi, namespace: string, pods: Pod[]): Promise<Map<string, PodFacts>> {
  const facts = await Promise.all(
    pods.map(async (pod): Promise<[string, PodFacts][]> => {
      const port = managementPort(pod);
      if (port === undefined) return [];
      return [[pod.metadata.name, await askPod(api, namespace, pod.metadata.name, port)]];
    }),
  );
  return new Map(facts.flat());
}

async function askPod(api: KubeApi, namespace: string, pod: string, port: number): Promise<PodFacts> {
  const [failing, metrics] = await Promise.allSettled([
    failingChecks(api, namespace, pod, port),
    podRequest(api, { namespace, pod, port, path: '/metrics' }),
  ]);
  const at = performance.now();
  return {
    ...(failing.status === 'fulfilled' ? { failing: failing.value } : { silence: messageOf(failing.reason) }),
    ...(metrics.status === 'fulfilled' ? { scrape: { at, samples: parseMetrics(metrics.value.body) } } : {}),
  };
}
