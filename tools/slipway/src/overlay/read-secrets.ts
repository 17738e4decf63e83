import type { Environment } from '../contract/resolve-environments.ts';
import type { KubeApi } from '../kube/kube-api.ts';

type SecretList = { items: { metadata: { name: string }; data?: Record<string, string> }[] };

/** Name → values of every Secret in the namespace. */
export async function readSecrets(api: KubeApi, namespace: string): Promise<Record<string, Environment>> {
  const list = await api.get<SecretList>(`/api/v1/namespaces/${namespace}/secrets`);
  const decoded = (data: Record<string, string>) =>
    Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  return Object.fromEntries((list?.items ?? []).map(({ metadata, data = {} }) => [metadata.name, decoded(data)]));
}
