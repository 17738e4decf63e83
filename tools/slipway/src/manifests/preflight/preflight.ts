import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { configMapProblems } from './config-map-problems.ts';
import { exposureProblems } from './exposure-problems.ts';
import { migrationProblems } from '../../services/migration-problems.ts';
import { poolProblems } from './pool-problems.ts';
import { probeProblems } from './probe-problems.ts';
import { referenceProblems } from './reference-problems.ts';
import { selectorProblems } from './selector-problems.ts';

/** Problems that Kubernetes would accept and the stack would suffer from. */
export function preflight(
  workspaceRoot: string,
  serviceSpec: ServiceSpec,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Problem[] {
  return [
    ...migrationProblems(workspaceRoot, serviceSpec),
    ...configMapProblems(serviceSpec, objects, lineOf),
    ...poolProblems(serviceSpec, objects),
    ...objects.flatMap((object) => [
      ...probeProblems(serviceSpec, object, lineOf),
      ...exposureProblems(serviceSpec, object, lineOf),
      ...selectorProblems(serviceSpec, object, objects, lineOf),
      ...referenceProblems(serviceSpec, object, objects, lineOf),
    ]),
  ];
}
