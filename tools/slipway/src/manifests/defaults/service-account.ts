import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../kubernetes/labels.ts';

/** A separate account without rights and token. */
export function serviceAccount(stack: string, owner: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: stack, labels: labelsOf(stack, owner, name) },
    automountServiceAccountToken: false,
  };
}
