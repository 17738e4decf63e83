import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { MANAGED_BY_LABEL, PART_OF_LABEL, WORKSPACE_ANNOTATION } from '../../kubernetes/labels.ts';

/** The stack's namespace: the API server refuses every pod that is not `restricted`. `workspace`: whose stack it is. */
export function namespace(stack: string, workspace: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: stack,
      labels: {
        [PART_OF_LABEL]: stack,
        [MANAGED_BY_LABEL]: 'slipway',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
      annotations: { [WORKSPACE_ANNOTATION]: workspace },
    },
  };
}
