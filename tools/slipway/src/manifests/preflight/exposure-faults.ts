import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';
import type { LineOf } from '../apply-fragment.ts';
import { isObject } from '../json-object.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

/** A Service that is reachable from outside: that is for an overlay to say. */
export function exposureFaults({ root }: ServiceContract, object: KubernetesObject, lineOf: LineOf): Fault[] {
  const type = isObject(object.spec) ? object.spec.type : undefined;
  if (object.kind !== 'Service' || type === undefined || type === 'ClusterIP') return [];
  return [
    {
      file: `${root}/k8s/fragment.yaml`,
      line: lineOf(object, ['spec', 'type']),
      key: `Service ${object.metadata.name} spec.type`,
      problem: `is ${String(type)}: how a service is exposed belongs to an overlay`,
      cure: 'move it to deploy/dev or deploy/prod, as deploy/dev/gateway-node-port.yaml does',
    },
  ];
}
