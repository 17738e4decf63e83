import { processUsage, type ProcessUsage } from '@slipway/testing/http';
import { kubectl } from './kubectl.ts';
import { pods, type Pod } from './pods.ts';
import { managementPort } from './services.ts';
import { target } from './target.ts';

/** By way of the API server, which needs no program in the pod. */
function get({ metadata }: Pod, path: string): Promise<string> {
  const pod = `/api/v1/namespaces/${target.namespace}/pods/${metadata.name}`;
  return kubectl(['get', '--raw', `${pod}:${managementPort}/proxy${path}`], 10_000);
}

/** Whether the pod's process says that it lives. */
export async function isAlive(pod: Pod): Promise<boolean> {
  return get(pod, '/healthz/live').then(
    () => true,
    () => false,
  );
}

/** What the pods of a service hold. */
export async function usageOf(service: string): Promise<ProcessUsage[]> {
  return Promise.all((await pods(service)).map(async (pod) => processUsage(await get(pod, '/metrics'))));
}
