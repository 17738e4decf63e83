import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Pod } from './pods.ts';

/**
 * SIGKILL to the process of a pod's container. From within the container it would not be heard, so it is sent on the
 * node, which is a container of kind's.
 */
export async function killProcess({ metadata, spec, status }: Pod): Promise<void> {
  const [, id] = status.containerStatuses?.find(({ name }) => name === 'app')?.containerID?.split('//') ?? [];
  if (id === undefined || spec.nodeName === undefined) throw new Error(`${metadata.name} has no running container`);
  const kill = ['ctr', '--namespace', 'k8s.io', 'tasks', 'kill', '--signal', 'SIGKILL', id];
  await promisify(execFile)('docker', ['exec', spec.nodeName, ...kill], { timeout: 20_000 });
}
