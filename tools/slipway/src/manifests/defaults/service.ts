import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf, NAME_LABEL } from '../../kubernetes/labels.ts';

/** A ClusterIP Service in front of `name`'s pods; how a service is exposed belongs to an overlay. */
export function service(
  stack: string,
  owner: string,
  name: string,
  port: { name: string; port: number; targetPort: string },
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: stack, labels: labelsOf(stack, owner, name) },
    spec: { type: 'ClusterIP', selector: { [NAME_LABEL]: name }, ports: [port] },
  };
}
