import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';

/** A Service that is reachable from outside: that is for an overlay to say. */
export function exposureProblems({ root }: ServiceSpec, object: KubernetesObject, lineOf: LineOf): Problem[] {
  const type = isObject(object.spec) ? object.spec.type : undefined;
  if (object.kind !== 'Service' || type === undefined || type === 'ClusterIP') return [];
  return [
    {
      file: `${root}/k8s/fragment.yaml`,
      line: lineOf(object, ['spec', 'type']),
      key: `Service ${object.metadata.name} spec.type`,
      message: `is ${String(type)}: how a service is exposed belongs to an overlay`,
      hint: 'move it to deploy/dev or deploy/prod, as deploy/dev/gateway-node-port.yaml does',
    },
  ];
}
