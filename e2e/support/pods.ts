import { kubectl } from './kubectl.ts';

export type Pod = {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: {
    phase: string;
    podIP?: string;
    containerStatuses?: { name: string; ready: boolean; restartCount: number; containerID?: string }[];
  };
};

/** Pods of one workload, or all of the stack, without those that are on their way out. */
export async function pods(workload?: string): Promise<Pod[]> {
  const selector = workload === undefined ? [] : ['--selector', `app.kubernetes.io/name=${workload}`];
  const list = JSON.parse(await kubectl(['get', 'pods', ...selector, '-o', 'json'])) as { items: Pod[] };
  return list.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export function restarts(list: Pod[]): number {
  const counts = list.flatMap(({ status }) => (status.containerStatuses ?? []).map(({ restartCount }) => restartCount));
  return counts.reduce((sum, count) => sum + count, 0);
}
