import type { UserError } from '@slipway/util/errors';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';

type NodeList = { items: { metadata: { name: string }; spec: { providerID?: string } }[] };

/** Throws where the cluster is not kind's. A context's name says little: kind itself writes on its nodes whose they are. */
export async function requireDevelopmentCluster(api: KubeApi, refused: (reason: string) => UserError): Promise<void> {
  const nodes = (await api.get<NodeList>('/api/v1/nodes'))?.items ?? [];
  const other = nodes.find(({ spec }) => spec.providerID?.startsWith('kind://') !== true);
  if (other !== undefined) throw refused(`node ${other.metadata.name} of context "${api.context}" is not kind's`);
}
