import type { KeySpec, ServiceSpec } from '../services/service-spec.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../kubernetes/labels.ts';

/** Where the values lie: the name of a ClusterSecretStore or SecretStore. */
export type SecretStore = { name: string; kind: 'ClusterSecretStore' | 'SecretStore' };

/**
 * For the External Secrets operator: every secret key that the service's service spec lists, taken from the store's entry
 * STACK/SERVICE. Undefined for a service without secrets.
 */
export function externalSecret(
  stack: string,
  { name, keys }: ServiceSpec,
  store: SecretStore,
): KubernetesObject | undefined {
  const secrets = keys.filter(({ secret }) => secret);
  if (secrets.length === 0) return undefined;
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: stack, labels: labelsOf(stack, name, name) },
    spec: {
      refreshInterval: '1m0s',
      secretStoreRef: store,
      target: { name },
      data: secrets.map((key) => ({
        secretKey: key.name,
        remoteRef: { key: `${stack}/${name}`, property: key.name },
      })),
    },
  };
}

/** What a platform team has to know of a key whose value it makes. */
export function secretRemark({ source, description }: KeySpec): string {
  if (source.kind === 'shared-key' || source.kind === 'accepted-key')
    return `${description}; also in ${source.service}`;
  if (source.kind === 'key-pair') return `${description} (${source.algorithm}, private)`;
  return description;
}
