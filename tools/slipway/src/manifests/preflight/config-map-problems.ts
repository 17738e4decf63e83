import type { ServiceSpec } from '../../services/service-spec.ts';
import { keyValueProblem } from '../../services/value-problem.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';

/** Keys of the ConfigMap that the service does not read, and values that it refuses. */
export function configMapProblems(
  { name, root, keys }: ServiceSpec,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Problem[] {
  const map = objects.find((object) => object.kind === 'ConfigMap' && object.metadata.name === name);
  const declared = keys.filter((key) => !key.secret);
  if (map === undefined) return [];
  return Object.entries(isObject(map.data) ? map.data : {}).flatMap(([name, value]): Problem[] => {
    const key = declared.find((other) => other.name === name);
    const place = {
      file: `${root}/k8s/fragment.yaml`,
      line: lineOf(map, ['data', name]),
      key: `ConfigMap data.${name}`,
    };
    if (key === undefined) {
      const names = declared.map((other) => other.name).join(', ');
      const hint = `declare it in ${root}/src/config.ts, or use one of: ${names}`;
      return [{ ...place, message: 'is no key of the environment (or a secret one)', hint }];
    }
    // What config.ts itself says was looked at there.
    const problem = place.line === undefined || typeof value !== 'string' ? undefined : keyValueProblem(key, value);
    if (problem === undefined) return [];
    return [
      { ...place, message: `"${String(value)}" is refused at start: it ${problem}`, hint: `see ${root}/src/config.ts` },
    ];
  });
}
