import type { ServiceSpec } from '../../services/service-spec.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../kubernetes/labels.ts';
import { declaredValue } from '../../services/declared-value.ts';
import { clusterTarget } from './cluster-target.ts';

/** The keys of the environment that are no secrets, with their values in a cluster. */
export function configMap(stack: string, serviceSpec: ServiceSpec): KubernetesObject {
  const entries = serviceSpec.keys
    .filter((key) => !key.secret)
    .flatMap((key): [string, string][] => {
      if (key.source.kind === 'service-url') return [[key.name, clusterTarget.serviceUrl(key.source.service)]];
      const value = declaredValue(key, 'kind');
      return value === undefined && key.optional === true ? [] : [[key.name, value ?? '']];
    });
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: serviceSpec.name, namespace: stack, labels: labelsOf(stack, serviceSpec.name, serviceSpec.name) },
    data: Object.fromEntries(entries),
  };
}
