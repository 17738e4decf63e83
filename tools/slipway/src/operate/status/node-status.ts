import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import type { NodeStatus } from './stack-status.ts';

type NodeList = {
  items: {
    metadata: { name: string };
    status: { conditions?: { type: string; status: string }[]; nodeInfo?: { kubeletVersion: string } };
  }[];
};
type Summary = { node?: { fs?: { usedBytes?: number; capacityBytes?: number } } };

/** The nodes as the API server sees them, and what their kubelets say of their disks. */
export async function nodeStatus(api: KubeApi): Promise<NodeStatus[]> {
  const list = await api.get<NodeList>('/api/v1/nodes');
  return Promise.all(
    (list?.items ?? []).map(async ({ metadata: { name }, status: { conditions = [], nodeInfo } }) => {
      const holds = conditions.filter(({ status }) => status === 'True').map(({ type }) => type);
      const diskUsed = await usedShare(api, name);
      return {
        name,
        isReady: holds.includes('Ready'),
        version: nodeInfo?.kubeletVersion ?? '',
        pressure: holds.filter((type) => type !== 'Ready'),
        ...(diskUsed === undefined ? {} : { diskUsed }),
      };
    }),
  );
}

/** Undefined for a kubelet that does not answer, or that we may not ask. */
async function usedShare(api: KubeApi, node: string): Promise<number | undefined> {
  const summary = await api.get<Summary>(`/api/v1/nodes/${node}/proxy/stats/summary`).catch(() => undefined);
  const { usedBytes, capacityBytes } = summary?.node?.fs ?? {};
  return usedBytes === undefined || !capacityBytes ? undefined : usedBytes / capacityBytes;
}
