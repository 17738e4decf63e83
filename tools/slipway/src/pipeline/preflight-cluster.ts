import type { Fault } from '../faults/fault.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { clusterCure } from '../kube/target.ts';

type NodeList = {
  items: { metadata: { name: string }; status: { conditions: { type: string; status: string; message: string }[] } }[];
};

/** Faults of the cluster's nodes that would let a rollout hang. */
export async function nodeFaults(api: KubeApi): Promise<Fault[]> {
  const list = await api.get<NodeList>('/api/v1/nodes');
  return (list?.items ?? []).flatMap(({ metadata: { name }, status }): Fault[] => {
    const condition = (type: string) => status.conditions.find((entry) => entry.type === type);
    const ready = condition('Ready');
    if (ready?.status !== 'True') {
      return [
        {
          file: `node ${name}`,
          problem: `is not ready: ${ready?.message ?? 'it says nothing'}`,
          cure: clusterCure(api.context),
        },
      ];
    }
    if (condition('DiskPressure')?.status !== 'True') return [];
    return [
      {
        file: `node ${name}`,
        problem: 'its disk is full: new pods are refused',
        cure: 'free space on this machine (docker system df, df -h)',
      },
    ];
  });
}
