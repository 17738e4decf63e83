import type { ServiceContract } from '../../contract/service-contract.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { labelsOf } from '../labels.ts';

/** The keys of the environment that are no secrets, with their values in a cluster. */
export function configMap(stack: string, contract: ServiceContract): KubernetesObject {
  const entries = contract.keys
    .filter((key) => !key.secret)
    .map(({ name, source, default: fallback }): [string, string] => {
      if (source.kind === 'service-url') return [name, `http://${source.service}`];
      return [name, (source.kind === 'plain' ? source.dev : undefined) ?? fallback ?? ''];
    });
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: contract.name, namespace: stack, labels: labelsOf(stack, contract.name, contract.name) },
    data: Object.fromEntries(entries),
  };
}
