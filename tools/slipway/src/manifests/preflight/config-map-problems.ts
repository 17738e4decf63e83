import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';

/** Keys of the ConfigMap that the service does not read. */
export function configMapProblems(
  { name, root, keys }: ServiceSpec,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Problem[] {
  const map = objects.find((object) => object.kind === 'ConfigMap' && object.metadata.name === name);
  const declared = keys.filter((key) => !key.secret).map((key) => key.name);
  if (map === undefined) return [];
  return Object.keys(isObject(map.data) ? map.data : {})
    .filter((key) => !declared.includes(key))
    .map((key) => ({
      file: `${root}/k8s/fragment.yaml`,
      line: lineOf(map, ['data', key]),
      key: `ConfigMap data.${key}`,
      message: 'is no key of the environment (or a secret one)',
      hint: `declare it in ${root}/src/config.ts, or use one of: ${declared.join(', ')}`,
    }));
}
