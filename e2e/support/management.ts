import { kubectl } from './kubectl.ts';
import { pods, type Pod } from './pods.ts';
import { managementPort } from './services.ts';

const get = ({ metadata }: Pod, path: string) =>
  kubectl(['get', '--raw', `/api/v1/namespaces/shop/pods/${metadata.name}:${managementPort}/proxy${path}`], 10_000);

/** Whether the pod's process says that it lives. */
export async function isAlive(pod: Pod): Promise<boolean> {
  return get(pod, '/healthz/live').then(
    () => true,
    () => false,
  );
}

export type Usage = { memoryBytes: number; files: number; handles: number; series: number };

/** What a pod's process holds, by its own metrics. */
export async function usage(pod: Pod): Promise<Usage> {
  const lines = (await get(pod, '/metrics')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const value = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  return {
    memoryBytes: value('process_resident_memory_bytes'),
    files: value('process_open_fds'),
    handles: value('nodejs_active_handles_total'),
    series: lines.length,
  };
}

export async function usageOf(service: string): Promise<Usage[]> {
  return Promise.all((await pods(service)).map(usage));
}
