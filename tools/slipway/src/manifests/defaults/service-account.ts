import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../kubernetes/labels.ts';

/** An account of its own with no rights and no token. */
export function serviceAccount(stack: string, owner: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: stack, labels: labelsOf(stack, owner, name) },
    automountServiceAccountToken: false,
  };
}
