import type { Problem } from '../../util/problems/problem.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { clusterHint } from '../../kubernetes/client/target.ts';

type NodeList = {
  items: { metadata: { name: string }; status: { conditions: { type: string; status: string; message: string }[] } }[];
};

/** Problems of the cluster's nodes that would let a rollout hang. */
export async function nodeProblems(api: KubeApi): Promise<Problem[]> {
  const list = await api.get<NodeList>('/api/v1/nodes');
  return (list?.items ?? []).flatMap(({ metadata: { name }, status }): Problem[] => {
    const condition = (type: string) => status.conditions.find((entry) => entry.type === type);
    const ready = condition('Ready');
    if (ready?.status !== 'True') {
      return [
        {
          file: `node ${name}`,
          message: `is not ready: ${ready?.message ?? 'without a reason'}`,
          hint: clusterHint(api.context),
        },
      ];
    }
    if (condition('DiskPressure')?.status !== 'True') return [];
    return [
      {
        file: `node ${name}`,
        message: 'its disk is full: new pods are refused',
        hint: 'free space on this machine (docker system df, df -h)',
      },
    ];
  });
}
