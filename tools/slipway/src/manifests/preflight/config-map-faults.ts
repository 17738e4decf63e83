import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';
import type { LineOf } from '../apply-fragment.ts';
import { isObject } from '../json-object.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

/** Keys of the ConfigMap that the service does not read. */
export function configMapFaults(
  { name, root, keys }: ServiceContract,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Fault[] {
  const map = objects.find((object) => object.kind === 'ConfigMap' && object.metadata.name === name);
  const declared = keys.filter((key) => !key.secret).map((key) => key.name);
  if (map === undefined) return [];
  return Object.keys(isObject(map.data) ? map.data : {})
    .filter((key) => !declared.includes(key))
    .map((key) => ({
      file: `${root}/k8s/fragment.yaml`,
      line: lineOf(map, ['data', key]),
      key: `ConfigMap data.${key}`,
      problem: 'is no key of the environment (or a secret one)',
      cure: `declare it in ${root}/src/config.ts, or use one of: ${declared.join(', ')}`,
    }));
}
