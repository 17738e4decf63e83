import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { hideValue } from '@slipway/util/secret-mask';

/** The values of a Secret, whatever bytes they are. */
export type SecretData = Record<string, Buffer>;

type SecretList = { items: { metadata: { name: string }; data?: Record<string, string> }[] };

/** Name → values of every Secret in the namespace; none of them is printed from now on. */
export async function readSecrets(api: KubeApi, namespace: string): Promise<Record<string, SecretData>> {
  const list = await api.get<SecretList>(`/api/v1/namespaces/${namespace}/secrets`);
  return Object.fromEntries((list?.items ?? []).map(({ metadata, data = {} }) => [metadata.name, decodeSecret(data)]));
}

/** The values that `data` of a Secret holds in base64. */
export function decodeSecret(data: Record<string, string>): SecretData {
  return Object.fromEntries(
    Object.entries(data).map(([key, encoded]) => {
      const value = Buffer.from(encoded, 'base64');
      hideValue(key, value);
      return [key, value];
    }),
  );
}
