import type { ServiceSpec } from '../../services/service-spec.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../kubernetes/labels.ts';

/** The keys of the environment that are no secrets, with their values in a cluster. */
export function configMap(stack: string, serviceSpec: ServiceSpec): KubernetesObject {
  const entries = serviceSpec.keys
    .filter((key) => !key.secret)
    .map(({ name, source, default: fallback }): [string, string] => {
      if (source.kind === 'service-url') return [name, `http://${source.service}`];
      return [name, (source.kind === 'plain' ? source.dev : undefined) ?? fallback ?? ''];
    });
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: serviceSpec.name, namespace: stack, labels: labelsOf(stack, serviceSpec.name, serviceSpec.name) },
    data: Object.fromEntries(entries),
  };
}
