import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf, NAME_LABEL } from '../../kubernetes/labels.ts';

type ServicePort = { name: string; port: number; targetPort: string };

/** A ClusterIP Service in front of `name`'s pods; how a service is exposed belongs to an overlay. */
export function service(stack: string, owner: string, name: string, port: ServicePort): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: stack, labels: labelsOf(stack, owner, name) },
    spec: { type: 'ClusterIP', selector: { [NAME_LABEL]: name }, ports: [port] },
  };
}

/**
 * The Service of a StatefulSet, as Kubernetes expects it: its name stands for the addresses of the pods that are ready.
 * Nothing translates ports, so `port` has to be the container's own.
 */
export function headlessService(stack: string, owner: string, name: string, port: ServicePort): KubernetesObject {
  const { spec, ...rest } = service(stack, owner, name, port);
  return { ...rest, spec: { ...(spec as object), clusterIP: 'None' } };
}
