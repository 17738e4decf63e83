import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import { containersOf, hasPodTemplate } from '../../kubernetes/containers-of.ts';
import { isKind } from '../../kubernetes/kinds.ts';

/** A selector that matches no pod of the service, and a port that no such pod has: Kubernetes would wait for ever. */
export function selectorProblems(
  { root }: ServiceSpec,
  object: KubernetesObject,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Problem[] {
  const file = `${root}/k8s/fragment.yaml`;
  const labels = selectorOf(object);
  if (labels === undefined) return [];
  const selected = objects.filter((workload) =>
    Object.entries(labels).every(([label, value]) => podLabels(workload)[label] === value),
  );
  const key = `${object.kind} ${object.metadata.name}`;
  if (selected.length === 0) {
    const line = lineOf(object, ['spec', 'selector']);
    // The platform's own selector fits unless the fragment changes a label of the pods, which is told with its line.
    if (line === undefined) return [];
    const known = objects.flatMap((workload) => podLabels(workload)[NAME_LABEL] ?? []);
    const hint = `select by ${NAME_LABEL}: ${known.join(' or ')}`;
    return [{ file, line, key: `${key} spec.selector`, message: 'matches no pod of the service', hint }];
  }
  const ports = selected.flatMap(containersOf).flatMap(({ ports = [] }) => ports);
  const names = ports.flatMap(({ name }) => name ?? []);
  return (isKind(object, 'Service') ? (object.spec?.ports ?? []) : []).flatMap(({ targetPort }): Problem[] => {
    if (typeof targetPort !== 'string' || names.includes(targetPort)) return [];
    const message = `targetPort "${targetPort}" is no port of the pods that it selects`;
    const line = lineOf(object, ['spec', 'ports']);
    return [{ file, line, key: `${key} spec.ports`, message, hint: `use one of: ${names.join(', ')}` }];
  });
}

type Labels = Record<string, string>;

function selectorOf(object: KubernetesObject): Labels | undefined {
  if (isKind(object, 'Service')) return object.spec?.selector;
  return isKind(object, 'PodDisruptionBudget') ? object.spec?.selector?.matchLabels : undefined;
}

function podLabels(workload: KubernetesObject): Labels {
  return hasPodTemplate(workload) ? (workload.spec.template.metadata?.labels ?? {}) : {};
}
