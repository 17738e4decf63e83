import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf, NAME_LABEL } from '../../kubernetes/labels.ts';

/** A drain takes one pod at a time. Not `minAvailable`: with a single replica that would block the drain for ever. */
export function disruptionBudget(stack: string, service: string): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: service, namespace: stack, labels: labelsOf(stack, service, service) },
    spec: {
      maxUnavailable: 1,
      // A pod that is not ready serves no requests: it must not delay the node's drain.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { [NAME_LABEL]: service } },
    },
  };
}
